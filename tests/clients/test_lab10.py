"""Lab 10 whole: from a user pool to a stopped human loop, in a region of its own."""

import json
import time

import pytest

from conftest import make_role
from small_aws import wait_for

REGION = "us-west-2"
NAME = "lab10"
BUCKET = "lab10-answers"


@pytest.fixture(scope="module")
def clients(aws):
    session = aws.session(REGION)
    return {name: session.client(name) for name in ["cognito-idp", "sagemaker", "sagemaker-a2i-runtime", "s3"]}


@pytest.fixture(scope="module")
def role(aws):
    return make_role(aws.session(REGION), "lab")


@pytest.fixture(scope="module")
def template(root):
    return (root / "templates/sentiment-review.liquid.html").read_text()


@pytest.fixture(scope="module")
def pool(clients):
    cognito = clients["cognito-idp"]
    pool = cognito.create_user_pool(PoolName=NAME)["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName=NAME,
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    cognito.create_user_pool_domain(Domain=f"{NAME}-{int(time.time())}", UserPoolId=pool)
    cognito.create_group(UserPoolId=pool, GroupName="reviewers")
    cognito.admin_create_user(
        UserPoolId=pool,
        Username="worker-1",
        TemporaryPassword="Temporary-1234",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "worker-1@example.com"}],
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="worker-1", GroupName="reviewers")
    return {"UserPool": pool, "ClientId": client}


@pytest.fixture(scope="module")
def workteam(clients, pool):
    sagemaker = clients["sagemaker"]
    config = {"UserPool": pool["UserPool"], "ClientId": pool["ClientId"]}
    sagemaker.create_workforce(WorkforceName=NAME, CognitoConfig=config)
    wait_for("the workforce", lambda: sagemaker.describe_workforce(WorkforceName=NAME)["Workforce"]["Status"] == "Active")
    member = {"UserPool": pool["UserPool"], "ClientId": pool["ClientId"], "UserGroup": "reviewers"}
    return sagemaker.create_workteam(
        WorkteamName=NAME,
        WorkforceName=NAME,
        Description="Labels reviews",
        MemberDefinitions=[{"CognitoMemberDefinition": member}],
    )["WorkteamArn"]


@pytest.fixture(scope="module")
def flow(clients, role, workteam, template):
    sagemaker = clients["sagemaker"]
    clients["s3"].create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    ui = sagemaker.create_human_task_ui(HumanTaskUiName=NAME, UiTemplate={"Content": template})["HumanTaskUiArn"]
    sagemaker.create_flow_definition(
        FlowDefinitionName=NAME,
        RoleArn=role,
        HumanLoopConfig={
            "WorkteamArn": workteam,
            "HumanTaskUiArn": ui,
            "TaskCount": 1,
            "TaskTitle": "Classify a review",
            "TaskDescription": "Read the review and choose what its writer feels",
        },
        OutputConfig={"S3OutputPath": f"s3://{BUCKET}/answers"},
    )

    def active():
        found = sagemaker.describe_flow_definition(FlowDefinitionName=NAME)
        return found["FlowDefinitionArn"] if found["FlowDefinitionStatus"] == "Active" else None

    return wait_for("the flow definition", active)


def task(text, predicted="1"):
    return {"InputContent": json.dumps({"initialValue": predicted, "taskObject": text})}


def test_there_is_one_private_workforce(clients, workteam, pool):
    listed = clients["sagemaker"].list_workforces()["Workforces"]
    assert [workforce["WorkforceName"] for workforce in listed] == [NAME]
    assert listed[0]["CognitoConfig"] == {"UserPool": pool["UserPool"], "ClientId": pool["ClientId"]}


def test_the_template_is_rendered_before_anybody_sees_it(clients, role, template):
    answer = clients["sagemaker"].render_ui_template(
        UiTemplate={"Content": template},
        Task={"Input": json.dumps({"taskObject": "It <b>fits</b>.", "initialValue": "1"})},
        RoleArn=role,
    )
    assert not answer.get("Errors")
    assert "It &lt;b&gt;fits&lt;/b&gt;." in answer["RenderedContent"]


def test_a_template_that_is_not_liquid_is_named_so(clients, role):
    answer = clients["sagemaker"].render_ui_template(
        UiTemplate={"Content": "{% if %}"}, Task={"Input": "{}"}, RoleArn=role
    )
    assert answer["Errors"][0]["Message"]


def test_a_loop_is_started_described_listed_and_stopped(clients, flow):
    a2i = clients["sagemaker-a2i-runtime"]
    a2i.start_human_loop(HumanLoopName="lab10-0001", FlowDefinitionArn=flow, HumanLoopInput=task("It is fine."))
    described = a2i.describe_human_loop(HumanLoopName="lab10-0001")
    assert described["HumanLoopStatus"] == "InProgress"
    assert described["FlowDefinitionArn"] == flow
    listed = a2i.list_human_loops(FlowDefinitionArn=flow)["HumanLoopSummaries"]
    assert [loop["HumanLoopName"] for loop in listed] == ["lab10-0001"]
    a2i.stop_human_loop(HumanLoopName="lab10-0001")

    def stopped():
        return a2i.describe_human_loop(HumanLoopName="lab10-0001")["HumanLoopStatus"] == "Stopped"

    wait_for("the loop to stop", stopped)


def test_the_same_name_with_another_text_is_a_conflict(clients, flow):
    a2i = clients["sagemaker-a2i-runtime"]
    request = {"HumanLoopName": "lab10-0002", "FlowDefinitionArn": flow}
    first = a2i.start_human_loop(HumanLoopInput=task("It is fine."), **request)
    assert a2i.start_human_loop(HumanLoopInput=task("It is fine."), **request)["HumanLoopArn"] == first["HumanLoopArn"]
    with pytest.raises(a2i.exceptions.ConflictException):
        a2i.start_human_loop(HumanLoopInput=task("It is not."), **request)
    a2i.stop_human_loop(HumanLoopName="lab10-0002")
