// The gate in Node, with version 3 of AWS's SDK: the same calls and the same decision.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

// Modules are looked up in NODE_PATH, as Lambda's runtime does for the SDK that it brings.
const require = createRequire(import.meta.url);
const { GetObjectCommand, PutObjectCommand, S3Client } = require("@aws-sdk/client-s3");
const sdk = require("@aws-sdk/client-sagemaker");

const endpoint = process.env.AWS_ENDPOINT_URL;
const s3 = new S3Client({ endpoint, forcePathStyle: true });
const sagemaker = new sdk.SageMakerClient({ endpoint });
const { BUCKET: Bucket, MODEL_PACKAGE_GROUP: group, APPROVAL_MODE: mode } = process.env;
const rows = Number(process.env.MINIMUM_TEST_ROWS);
const margin = Number(process.env.BALANCED_ACCURACY_MARGIN);
const recall = Number(process.env.MINIMUM_RECALL);
const notWorse = Number(process.env.NON_INFERIORITY_MARGIN);

async function read(Key) {
  try {
    const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse(await found.Body.transformToString());
  } catch (error) {
    if (error.name === "NoSuchKey") return null;
    throw error;
  }
}

async function create(Key, value) {
  try {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(value, null, 2), IfNoneMatch: "*" }));
  } catch (error) {
    if (error.$metadata?.httpStatusCode !== 412) throw error;
  }
}

async function desired() {
  const pin = await read("state/pin.json");
  const approved = [];
  for await (const page of sdk.paginateListModelPackages({ client: sagemaker }, { ModelPackageGroupName: group })) {
    approved.push(...page.ModelPackageSummaryList.filter((found) => found.ModelApprovalStatus === "Approved"));
  }
  approved.sort((a, b) => b.ModelPackageVersion - a.ModelPackageVersion);
  const champion = pin ? approved.find((found) => found.ModelPackageVersion === pin.version) : approved[0];
  return champion?.ModelPackageArn ?? null;
}

function judged(evaluation, champion, arn) {
  const checks = [];
  const check = (name, decision, reason) => checks.push({ name, decision, reason });
  const scores = evaluation.challenger;
  const supports = scores.classes.reduce((sum, found) => sum + found.support, 0);
  const cells = scores.confusion.flat().reduce((sum, cell) => sum + cell, 0);
  const whole = evaluation.split_version === 1 && supports === scores.rows && cells === scores.rows;
  check("evidence", whole ? "Approved" : "Inconclusive", `${scores.rows} rows, ${supports} supports, ${cells} scored`);
  check("test_rows", scores.rows >= rows ? "Approved" : "Inconclusive", `${scores.rows} test rows, ${rows} are needed`);
  const floor = 1 / evaluation.labels.length + margin;
  const { low } = scores.balanced_accuracy_interval;
  check("balanced_accuracy", low > floor ? "Approved" : "Rejected", `the lower bound ${low} must exceed ${floor.toFixed(3)}`);
  for (const found of scores.classes) {
    const decision = found.support === 0 ? "Inconclusive" : found.recall >= recall ? "Approved" : "Rejected";
    check("recall", decision, `recall of class ${found.label} is ${found.recall.toFixed(3)}, ${recall} is needed`);
  }
  const measured = evaluation.champion;
  const then = measured?.model_package_arn ?? null;
  if (champion !== then && champion !== arn) {
    check("champion", "Inconclusive", `the champion is ${champion}, evaluated was ${then}`);
  } else if (!measured) {
    check("champion", "Approved", "there is no champion to compare with");
  } else {
    const { low, high } = measured.difference.interval;
    const decision = low > -notWorse ? "Approved" : high < -notWorse ? "Rejected" : "Inconclusive";
    check("champion", decision, `the difference is ${low} to ${high}`);
  }
  if (checks.slice(0, 2).some((found) => found.decision !== "Approved")) {
    for (const found of checks) found.decision = found.decision.replace("Rejected", "Inconclusive");
  }
  return checks;
}

const describe = (arn) => sagemaker.send(new sdk.DescribeModelPackageCommand({ ModelPackageName: arn }));

export async function handle(event) {
  const arn = event.detail.ModelPackageArn;
  if (!arn.includes(`:model-package/${group}/`)) return { outcome: "NotOurs" };
  const found = await describe(arn);
  if (found.ModelApprovalStatus !== "PendingManualApproval") {
    return { outcome: "AlreadyDecided", status: found.ModelApprovalStatus };
  }
  const evidence_uri = found.ModelMetrics.ModelQuality.Statistics.S3Uri;
  const evaluation = await read(evidence_uri.replace(`s3://${Bucket}/`, ""));
  const champion = await desired();
  const checks = evaluation
    ? judged(evaluation, champion, arn)
    : [{ name: "evidence", decision: "Inconclusive", reason: `${evidence_uri} does not exist` }];
  const all = checks.map((check) => check.decision);
  const decision = ["Rejected", "Inconclusive"].find((word) => all.includes(word)) ?? "Approved";
  const verdict = { model_package_arn: arn, decision, checks, evidence_uri, champion_model_package_arn: champion };
  const hash = createHash("sha256").update(JSON.stringify(verdict)).digest("hex").slice(0, 26);
  const key = `verdicts/${String(found.ModelPackageVersion).padStart(8, "0")}/${hash}.json`;
  await create(key, verdict);
  await record(arn, found, verdict, `s3://${Bucket}/${key}`);
  return { outcome: "Judged", decision, verdict_uri: `s3://${Bucket}/${key}` };
}

async function record(arn, found, verdict, uri) {
  const approves = verdict.decision === "Approved" && mode === "automatic";
  const status = approves ? "Approved" : verdict.decision === "Rejected" ? "Rejected" : undefined;
  if (!status && found.CustomerMetadataProperties?.["reviewloop-verdict-uri"] === uri) return;
  // A person may have decided meanwhile.
  if ((await describe(arn)).ModelApprovalStatus !== "PendingManualApproval") return;
  const reasons = verdict.checks.filter((check) => check.decision === verdict.decision).map((check) => check.reason);
  const description = `Gate: ${verdict.decision}. ${reasons.join(". ")}`.slice(0, 1000 - uri.length);
  await sagemaker.send(
    new sdk.UpdateModelPackageCommand({
      ModelPackageArn: arn,
      ModelApprovalStatus: status,
      ApprovalDescription: `${description} Verdict: ${uri}`,
      CustomerMetadataProperties: { "reviewloop-verdict": verdict.decision, "reviewloop-verdict-uri": uri },
    }),
  );
}
