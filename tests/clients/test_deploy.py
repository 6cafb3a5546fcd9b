"""`infra/deploy` against stub programs: neither an account nor a Docker daemon is there."""

import os
import shutil
import subprocess
import tarfile

import pytest

ACCOUNT = "123456789012"
GIVEN = {
    "TextColumn": "Title,Review Text",
    "Labels": '["Credit reporting, repair","Debt"]',
    "LabelMapping": 'the "best" = 1',
    "RetrainingSchedule": "rate(2 hours)",
    "CategoryColumn": "",
}
# Each call is written down with the regions that its program would read from the environment.
CALLED = """printf '%s\\n' "${0##*/} [${AWS_REGION-}|${AWS_DEFAULT_REGION-}] $*" >> "$CALLS"\n"""


class Deploy:
    """The script, and what it called."""

    def __init__(self, root, folder):
        self.script, self.folder, self.calls_file = root / "infra/deploy", folder, folder / "calls"
        # The account's unreserved executions, and what predict reserves if the stack is there.
        self.configured, self.unreserved, self.own = "", 10, ""
        self.stub("docker", CALLED + """[ "$1" != login ] || cat > /dev/null""")
        self.stub("cargo-lambda", "")
        self.stub("git", "echo 0123456789ab")
        self.sam("1.170.0")

    def pages(self, reserved):
        """What AWS tells of a function of a stack that reserves some, or None."""
        return "None" if self.own == "None" else reserved

    def stub(self, name, script):
        (self.folder / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
        (self.folder / name).chmod(0o755)

    def sam(self, version):
        keep = f"""[ "$1" != deploy ] || printf '%s\\0' "$@" > {self.folder}/deploy"""
        self.stub("sam", f"""[ "$1" != --version ] || {{ echo "SAM CLI, version {version}"; exit; }}\n{CALLED}{keep}""")

    def run(self, *arguments, **regions):
        self.stub(
            "aws",
            f"""case "$*" in
              "configure get region") [ -n "{self.configured}" ] && echo "{self.configured}"; exit ;;
            esac
            {CALLED}
            case "$*" in
              *describe-repositories* | *describe-images*) exit 254 ;;
              *get-account-settings*) echo {self.unreserved} ;;
              *get-function-concurrency*-predict*) [ -n "{self.own}" ] && echo {self.own} || exit 254 ;;
              *get-function-concurrency*-review-portal*) [ -n "{self.own}" ] && echo {self.pages(10)} || exit 254 ;;
              *get-function-concurrency*-decide-model*) [ -n "{self.own}" ] && echo {self.pages(5)} || exit 254 ;;
              *get-function-concurrency*-export-features*) [ -n "{self.own}" ] && echo {self.pages(1)} || exit 254 ;;
              *get-function-concurrency*-record-feedback*) [ -n "{self.own}" ] && echo {self.pages(10)} || exit 254 ;;
              *get-caller-identity*) echo {ACCOUNT} ;;
            esac""",
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        path = f"{self.folder}:{os.environ['PATH']}"
        environment.update(regions, PATH=path, CALLS=str(self.calls_file))
        return subprocess.run([self.script, *arguments], env=environment, capture_output=True, text=True)

    def succeeds(self, *arguments, **regions):
        done = self.run(*arguments, **regions)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.calls_file.read_text().splitlines()

    def refuses(self, *arguments, **regions):
        done = self.run(*arguments, **regions)
        assert done.returncode != 0, done.stdout
        assert not self.calls_file.exists() or "create-repository" not in self.calls_file.read_text()
        return done.stderr.strip()

    def overrides(self):
        """The parameters of the deployment, as SAM reads them."""
        from samcli.cli.types import CfnParameterOverridesType

        arguments = (self.folder / "deploy").read_text().split("\0")[:-1]
        overrides = arguments[arguments.index("--parameter-overrides") + 1 :]
        return CfnParameterOverridesType().convert(overrides, None, None)


@pytest.fixture
def deploy(root, tmp_path):
    return Deploy(root, tmp_path)


def image(region):
    return f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/reviewloop-classifier:0123456789ab"


def test_every_value_of_a_parameter_reaches_sam_as_it_was_given(deploy):
    arguments = (f"{name}={value}" for name, value in GIVEN.items())
    deploy.succeeds("--stack", "mine", *arguments, AWS_REGION="eu-central-1")
    parameters = deploy.overrides()
    assert parameters.pop("ClassifierImageUri") == image("eu-central-1")
    # An account with few executions reserves none of them.
    assert parameters == GIVEN | {"ReserveConcurrency": "no", "Architecture": "arm64"}


@pytest.mark.parametrize(
    "configured, regions",
    [
        ("eu-central-1", {}),
        ("", {"AWS_DEFAULT_REGION": "eu-central-1"}),
        ("", {"AWS_REGION": "eu-central-1"}),
        ("us-west-2", {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "us-west-2"}),
        ("us-west-2", {"AWS_DEFAULT_REGION": "eu-central-1"}),
    ],
)
def test_image_repository_and_stack_are_in_the_one_region_that_is_set(deploy, configured, regions):
    deploy.configured = configured
    calls = deploy.succeeds(**regions)
    assert all("[eu-central-1|eu-central-1]" in call for call in calls), calls
    for made in ["aws", "sam"]:
        assert any(call.startswith(f"{made} ") for call in calls)
    assert any("create-repository" in call for call in calls)
    assert any(call.startswith("docker ") and call.endswith(f"push {image('eu-central-1')}") for call in calls)
    # For the training cards of that image.
    assert any("] build " in call and "--build-arg REVIEWLOOP_COMMIT=0123456789ab " in call for call in calls)
    assert deploy.overrides()["ClassifierImageUri"] == image("eu-central-1")


def test_a_deployment_without_a_region_ends_with_a_sentence(deploy):
    assert deploy.refuses() == "no region is set: export AWS_REGION, or run aws configure"


def test_a_deployment_without_parameters_succeeds(deploy):
    deploy.succeeds(AWS_REGION="us-east-1")
    assert deploy.overrides() == {
        "ClassifierImageUri": image("us-east-1"),
        "ReserveConcurrency": "no",
        # What is built and what is deployed: a stack would keep its own.
        "Architecture": "arm64",
    }


@pytest.mark.parametrize(
    "unreserved, own, reserves",
    [
        (202, "", "no"),
        (203, "", "yes"),
        # A stack that is there has taken its 77 already, and what the optional functions have; one that reserves none answers None. It keeps its choice.
        (100, 50, None),
        (99, 50, "no"),
        (202, "None", "no"),
        (203, "None", None),
    ],
)
def test_concurrency_is_reserved_where_100_stay_besides_the_stacks_own(deploy, unreserved, own, reserves):
    deploy.unreserved, deploy.own = unreserved, own
    deploy.succeeds("--stack", "mine", AWS_REGION="us-east-1")
    assert deploy.overrides().get("ReserveConcurrency") == reserves
    assert "--function-name mine-predict" in deploy.calls_file.read_text()


def test_a_reservation_that_is_given_counts(deploy):
    deploy.unreserved = 1000
    deploy.succeeds("ReserveConcurrency=no", AWS_REGION="us-east-1")
    assert deploy.overrides()["ReserveConcurrency"] == "no"


def test_the_functions_are_built_for_the_processors_that_are_asked_for(deploy):
    calls = deploy.succeeds("Architecture=x86_64", AWS_REGION="us-east-1")
    [build] = [call for call in calls if call.startswith("sam ") and "] build " in call]
    assert 'Architecture="x86_64"' in build


@pytest.mark.parametrize("version", ["0.200.0", "1.9.1", "1.169.2"])
def test_a_sam_cli_that_builds_no_workspace_members_is_refused(deploy, version):
    deploy.sam(version)
    assert "need 1.170 or newer" in deploy.refuses(AWS_REGION="us-east-1")


@pytest.mark.parametrize("version", ["1.170.0", "1.171.3", "2.0.0"])
def test_a_newer_sam_cli_is_taken(deploy, version):
    deploy.sam(version)
    deploy.succeeds(AWS_REGION="us-east-1")


@pytest.mark.parametrize(
    "stack, why",
    [
        ("a" * 36, "35 is the most"),
        ("Mine", "lower-case"),
        ("1mine", "begin with a letter"),
        ("mine-", "not end with a hyphen"),
        ("my_stack", "lower-case"),
        ("", "lower-case"),
    ],
)
def test_a_stack_name_that_a_resource_cannot_bear_is_refused(deploy, stack, why):
    assert why in deploy.refuses("--stack", stack, AWS_REGION="us-east-1")


def test_a_stack_name_of_35_characters_is_taken(deploy):
    deploy.succeeds("--stack", "a-1" + "b" * 32, AWS_REGION="us-east-1")


def test_a_stack_name_with_a_word_that_cognito_reserves_is_refused_where_cognito_is_used(deploy):
    assert "Cognito domain" in deploy.refuses("--stack", "laws", "HumanReview=a2i", AWS_REGION="us-east-1")
    deploy.succeeds("--stack", "laws", AWS_REGION="us-east-1")


def test_sources_without_git_are_told_what_the_image_is_named_by(deploy):
    deploy.stub("git", "exit 128")
    assert deploy.refuses(AWS_REGION="us-east-1").startswith("this is no git repository with a commit")


def test_changes_that_are_not_committed_are_refused(deploy):
    deploy.stub("git", """[ "$1" != diff ] || exit 1\necho 0123456789ab""")
    assert deploy.refuses(AWS_REGION="us-east-1") == "commit first: the image is named by its commit"


@pytest.fixture
def release(root, tmp_path):
    """A release's archive, unpacked; its functions are for x86_64."""
    sources = tmp_path / "sources"
    shutil.copytree(root / "infra", sources / "infra", ignore=shutil.ignore_patterns("cdk", ".aws-sam"))
    shutil.copytree(root / "docs", sources / "docs")
    shutil.copy(root / "LICENSE", sources / "LICENSE")
    built = sources / "infra/.aws-sam/build/Predict/bootstrap"
    built.parent.mkdir(parents=True)
    built.write_bytes(b"\x7fELF".ljust(18, b"\0") + bytes([62, 0]))
    built.chmod(0o755)
    built.parent.with_name("template.yaml").write_text("")
    archive = tmp_path / "reviewloop-v1.0.0-x86_64.tar.gz"
    subprocess.run([sources / "infra/pack", archive], check=True)
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    return tmp_path / "reviewloop-v1.0.0-x86_64"


RELEASED = "registry.example/owner/reviewloop-classifier:v1.0.0"


@pytest.fixture
def deploy_release(release, tmp_path):
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    deploy = Deploy(release, stubs)
    for absent in ["git", "cargo-lambda"]:
        deploy.stub(absent, "exit 128")
    deploy.stub("skopeo", CALLED + """[ "$1" != login ] || cat > /dev/null""")
    return deploy


def test_a_release_is_deployed_with_its_functions_and_a_copy_of_its_image(release, deploy_release):
    assert os.access(release / "infra/.aws-sam/build/Predict/bootstrap", os.X_OK)
    assert os.access(release / "infra/adopt", os.X_OK)
    calls = deploy_release.succeeds("--image", RELEASED, AWS_REGION="us-east-1")
    copied = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:v1.0.0"
    assert any(call.endswith(f"copy docker://{RELEASED} docker://{copied}") for call in calls)
    assert not any(call.startswith("docker ") or "] build " in call for call in calls)
    assert deploy_release.overrides()["ClassifierImageUri"] == copied
    # Read from the binary, whatever the template's default.
    assert deploy_release.overrides()["Architecture"] == "x86_64"


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["owner/reviewloop-classifier"], "has no tag"),
        (["owner/reviewloop-classifier@sha256:0123"], "by its tag"),
        ([RELEASED, "Architecture=arm64"], "leave Architecture out"),
    ],
)
def test_a_release_with_an_image_or_a_processor_that_does_not_fit_is_refused(deploy_release, arguments, why):
    assert why in deploy_release.refuses("--image", *arguments, AWS_REGION="us-east-1")


def test_a_release_without_its_functions_is_told_so(release, deploy_release):
    (release / "infra/.aws-sam/build/template.yaml").unlink()
    assert "template.yaml is missing" in deploy_release.refuses("--image", RELEASED, AWS_REGION="us-east-1")
