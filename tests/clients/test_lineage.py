"""The lineage that a run of the loop leaves, as boto3 and the SageMaker SDK read it."""

import pytest
import sagemaker
from sagemaker.lineage.artifact import DatasetArtifact
from sagemaker.lineage.context import EndpointContext, ModelPackageGroup
from sagemaker.lineage.query import LineageQuery, LineageQueryDirectionEnum
from sagemaker.lineage.visualizer import LineageTableVisualizer

from conftest import PIPELINE
from test_pipeline import steps

INPUT, OUTPUT = "Input", "Output"


@pytest.fixture(scope="module")
def session(aws):
    return sagemaker.Session(boto_session=aws.session())


@pytest.fixture(scope="module")
def visualizer(session):
    return LineageTableVisualizer(session)


@pytest.fixture(scope="module")
def serving(clients, live):
    """The model package behind the endpoint."""
    sagemaker = clients["sagemaker"]
    config = sagemaker.describe_endpoint(EndpointName=live)["EndpointConfigName"]
    [variant] = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    container = sagemaker.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"]
    return sagemaker.describe_model_package(ModelPackageName=container["ModelPackageName"])


@pytest.fixture(scope="module")
def done(clients, serving):
    """The steps of the run that made it."""
    return steps(clients, serving["MetadataProperties"]["GeneratedBy"])


@pytest.fixture(scope="module")
def endpoint(clients, live, session):
    [context] = clients["sagemaker"].list_contexts(SourceUri=endpoint_arn(clients, live))["ContextSummaries"]
    return EndpointContext.load(context["ContextName"], sagemaker_session=session)


def endpoint_arn(clients, live):
    return clients["sagemaker"].describe_endpoint(EndpointName=live)["EndpointArn"]


def rows(frame):
    """The visualizer's table without its names: direction, type, association, kind of entity."""
    return set(frame.drop(columns="Name/Source").itertuples(index=False, name=None))


def test_the_visualizer_shows_each_steps_inputs_and_outputs(visualizer, done):
    data = (INPUT, "DataSet", "ContributedTo", "artifact")
    image = (INPUT, "Image", "ContributedTo", "artifact")
    model = (OUTPUT, "Model", "Produced", "artifact")
    prepared = visualizer.show(pipeline_execution_step=done["PrepareDataset"])
    assert rows(prepared) == {data, image, (OUTPUT, "DataSet", "Produced", "artifact")}
    trained = visualizer.show(pipeline_execution_step=done["TrainModel"])
    assert {data, image, model} <= rows(trained)
    # The step that evaluates reads the model that the one before has made.
    evaluated = visualizer.show(pipeline_execution_step=done["EvaluateModel"])
    assert (INPUT, "Model", "ContributedTo", "artifact") in rows(evaluated)
    job = done["TrainModel"]["Metadata"]["TrainingJob"]["Arn"].split("/")[-1]
    for same in ({"training_job_name": job}, {"trial_component_name": f"{job}-aws-training-job"}):
        assert visualizer.show(**same).equals(trained)


def test_the_visualizer_shows_a_model_package_and_an_endpoint(visualizer, clients, done, serving, live):
    registered = visualizer.show(pipeline_execution_step=done["RegisterModel"])
    assert registered.equals(visualizer.show(model_package_arn=serving["ModelPackageArn"]))
    assert rows(registered) == {
        (INPUT, "Approval", "ContributedTo", "action"),
        (INPUT, "Image", "ContributedTo", "artifact"),
        (INPUT, "Model", "ContributedTo", "artifact"),
        (OUTPUT, "ModelDeployment", "ContributedTo", "action"),
        (OUTPUT, "ModelGroup", "AssociatedWith", "context"),
    }
    served = visualizer.show(endpoint_arn=endpoint_arn(clients, live))
    assert rows(served) == {(INPUT, "ModelDeployment", "AssociatedWith", "action")}


def test_an_endpoint_leads_up_to_the_data_and_the_data_down_to_the_endpoint(clients, done, endpoint, serving, session):
    job = done["TrainModel"]["Metadata"]["TrainingJob"]["Arn"]
    assert job in endpoint.training_job_arns()
    assert endpoint.pipeline_execution_arn() == serving["MetadataProperties"]["GeneratedBy"]
    prepared = done["PrepareDataset"]["Metadata"]["ProcessingJob"]["Arn"]
    assert prepared in {component.source["SourceArn"] for component in endpoint.processing_jobs()}
    inputs = clients["sagemaker"].describe_processing_job(ProcessingJobName=prepared.split("/")[-1])["ProcessingInputs"]
    data = {artifact.source.source_uri for artifact in endpoint.dataset_artifacts()}
    assert {given["S3Input"]["S3Uri"] for given in inputs} <= data
    for given in inputs:
        [found] = clients["sagemaker"].list_artifacts(SourceUri=given["S3Input"]["S3Uri"])["ArtifactSummaries"]
        artifact = DatasetArtifact.load(found["ArtifactArn"], sagemaker_session=session)
        assert endpoint.context_arn in {context.context_arn for context in artifact.endpoint_contexts()}


def test_a_query_with_edges_is_a_connected_graph(endpoint, session):
    up = LineageQueryDirectionEnum.ASCENDANTS
    found = LineageQuery(session).query(start_arns=[endpoint.context_arn], direction=up)
    arns = {vertex.arn for vertex in found.vertices}
    assert endpoint.context_arn in arns
    assert {arn for edge in found.edges for arn in (edge.source_arn, edge.destination_arn)} == arns
    for vertex in found.vertices:
        # Each is what its ARN leads to.
        assert vertex.to_lineage_object().creation_time


def test_a_group_names_the_execution_that_made_its_newest_version(clients, serving, session):
    group = clients["sagemaker"].describe_model_package_group(ModelPackageGroupName=PIPELINE)
    listed = clients["sagemaker"].list_contexts(SourceUri=group["ModelPackageGroupArn"])["ContextSummaries"]
    context = ModelPackageGroup.load(listed[0]["ContextName"], sagemaker_session=session)
    versions = clients["sagemaker"].list_model_packages(ModelPackageGroupName=PIPELINE, SortOrder="Descending")
    newest = versions["ModelPackageSummaryList"][0]["ModelPackageArn"]
    described = clients["sagemaker"].describe_model_package(ModelPackageName=newest)
    assert context.pipeline_execution_arn() == described["MetadataProperties"]["GeneratedBy"]


def listed(clients, name, size):
    """What a list holds, read in pages of a size: of each entity its ARN, of an association both."""
    paginator = clients["sagemaker"].get_paginator(name)
    [key] = {key.expression for key in paginator.result_keys}
    found = paginator.paginate(PaginationConfig={"PageSize": size}).build_full_result()[key]
    return [tuple(item[member] for member in sorted(item) if member.endswith("Arn")) for item in found]


def test_pages_hold_what_the_lists_hold(clients, done):
    for name in ("list_artifacts", "list_associations", "list_contexts", "list_actions", "list_trial_components"):
        pages = listed(clients, name, 2)
        assert len(set(pages)) == len(pages) > 1, name
        # The loop goes on meanwhile.
        assert set(pages) <= set(listed(clients, name, 100)), name


def test_lineage_is_read_and_not_written(clients, done):
    with pytest.raises(clients["sagemaker"].exceptions.ClientError) as refused:
        clients["sagemaker"].create_artifact(Source={"SourceUri": "s3://mine"}, ArtifactType="DataSet")
    assert "CreateArtifact" in str(refused.value)
    with pytest.raises(clients["sagemaker"].exceptions.ResourceNotFound):
        clients["sagemaker"].describe_trial_component(TrialComponentName="none-aws-training-job")
