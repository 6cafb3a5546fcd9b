"""The gate: judges a registered model package by its evaluation."""

import json
import os

from _shared import BUCKET, Objects, client, desired
from _names import content_name

objects, sagemaker = Objects(), client("sagemaker")
GROUP = os.environ["MODEL_PACKAGE_GROUP"]
ROWS = int(os.environ["MINIMUM_TEST_ROWS"])
MARGIN = float(os.environ["BALANCED_ACCURACY_MARGIN"])
RECALL = float(os.environ["MINIMUM_RECALL"])
NOT_WORSE = float(os.environ["NON_INFERIORITY_MARGIN"])


def check(name, decision, reason):
    return {"name": name, "decision": decision, "reason": reason}


def against(low, high, limit):
    return "Approved" if low > limit else "Rejected" if high < limit else "Inconclusive"


def judged(evaluation, champion, arn):
    scores = evaluation["challenger"]
    supports = sum(found["support"] for found in scores["classes"])
    whole = evaluation["split_version"] == 1 and supports == scores["rows"] == sum(map(sum, scores["confusion"]))
    checks = [
        check("evidence", "Approved" if whole else "Inconclusive", f"{scores['rows']} rows, {supports} supports"),
        check("test_rows", "Approved" if scores["rows"] >= ROWS else "Inconclusive", f"{ROWS} test rows are needed"),
    ]
    floor = 1 / len(evaluation["labels"]) + MARGIN
    interval = scores["balanced_accuracy_interval"]
    unseen = any(found["support"] == 0 for found in scores["classes"])
    decision = "Inconclusive" if unseen else against(interval["low"], interval["high"], floor)
    reason = f"balanced accuracy is {scores['balanced_accuracy']:.3f}, its lower bound must exceed {floor:.3f}"
    checks.append(check("balanced_accuracy", decision, reason))
    for found in scores["classes"]:
        reason = f"recall of class {found['label']} is {found['recall']:.3f}, {RECALL:.2f} is needed"
        decision = against(found["recall"], found["recall_interval"]["high"], RECALL)
        checks.append(check("recall", decision, reason))
    measured = evaluation["champion"]
    then = measured and measured["model_package_arn"]
    if champion not in (then, arn):
        checks.append(check("champion", "Inconclusive", f"the champion is {champion}, evaluated was {then}"))
    elif measured is None:
        checks.append(check("champion", "Approved", "there is no champion to compare with"))
    else:
        interval = measured["difference"]["interval"]
        decision = against(interval["low"], interval["high"], -NOT_WORSE)
        checks.append(check("champion", decision, f"the difference is {interval['low']:+.3f} to {interval['high']:+.3f}"))
    if any(found["decision"] != "Approved" for found in checks[:2]):
        for found in checks:
            found["decision"] = found["decision"].replace("Rejected", "Inconclusive")
    return checks


def decision(checks):
    found = {check["decision"] for check in checks}
    return next((word for word in ("Rejected", "Inconclusive") if word in found), "Approved")


def handle(event):
    arn = event["detail"]["ModelPackageArn"]
    if f":model-package/{GROUP}/" not in arn:
        return {"outcome": "NotOurs"}
    package = sagemaker.describe_model_package(ModelPackageName=arn)
    if package["ModelApprovalStatus"] != "PendingManualApproval":
        return {"outcome": "AlreadyDecided", "status": package["ModelApprovalStatus"]}
    uri = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    evaluation, _ = objects.read_json(uri.removeprefix(f"s3://{BUCKET}/"))
    champion = desired(objects, sagemaker, GROUP)
    champion = champion and champion["ModelPackageArn"]
    if evaluation:
        checks = judged(evaluation, champion, arn)
    else:
        checks = [check("evidence", "Inconclusive", f"{uri} does not exist")]
    verdict = {
        "model_package_arn": arn,
        "decision": decision(checks),
        "checks": checks,
        "evidence_uri": uri,
        "champion_model_package_arn": champion,
    }
    key = f"verdicts/{package['ModelPackageVersion']:08}/{content_name('verdict', uri, json.dumps(verdict))}.json"
    objects.write(key, verdict)
    record(arn, package, verdict, f"s3://{BUCKET}/{key}")
    return {"outcome": "Judged", "decision": verdict["decision"], "verdict_uri": f"s3://{BUCKET}/{key}"}


def record(arn, package, verdict, verdict_uri):
    status = {"Rejected": "Rejected"}.get(verdict["decision"])
    if verdict["decision"] == "Approved" and os.environ["APPROVAL_MODE"] == "automatic":
        status = "Approved"
    if not status and package.get("CustomerMetadataProperties", {}).get("reviewloop-verdict-uri") == verdict_uri:
        return
    # A person may have decided meanwhile.
    again = sagemaker.describe_model_package(ModelPackageName=arn)
    if again["ModelApprovalStatus"] != "PendingManualApproval":
        return
    reasons = " ".join(found["reason"] + "." for found in verdict["checks"] if found["decision"] == verdict["decision"])
    sagemaker.update_model_package(
        ModelPackageArn=arn,
        ApprovalDescription=f"Gate: {verdict['decision']}. {reasons}"[: 1000 - len(verdict_uri)] + f" Verdict: {verdict_uri}",
        CustomerMetadataProperties={"reviewloop-verdict": verdict["decision"], "reviewloop-verdict-uri": verdict_uri},
        **({"ModelApprovalStatus": status} if status else {}),
    )
