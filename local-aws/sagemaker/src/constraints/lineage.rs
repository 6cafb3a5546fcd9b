//! Limits on the requests for lineage.

use local_core::wire::constraints::Constraint;
use local_core::wire::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use local_core::wire::limits::LINE;

const ARTIFACT_ARN: &str = r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:artifact/.*";
const ENTITY_ARN: &str = r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:(experiment|experiment-trial-component|artifact|action|context)/.*";
const CONTEXT: &str = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:context/)?([a-zA-Z0-9]([-_]*[a-zA-Z0-9]){0,119})";
const ENTITY: &str = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:(experiment|experiment-trial|experiment-trial-component|artifact|action|context)/)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,119})";

pub const TABLE: &[Constraint] = local_core::constraints! {
    "ListArtifacts" {
        "SourceUri": Pattern(LINE), Length(1, 2048);
        "ArtifactType": Length(0, 256);
        "SortBy": OneOf(&["CreationTime"]);
    }
    "ListContexts" {
        "SourceUri": Pattern(LINE), Length(1, 2048);
        "ContextType": Length(0, 256);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "ListActions" {
        "SourceUri": Pattern(LINE), Length(1, 2048);
        "ActionType": Length(0, 256);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "ListTrialComponents" {
        "SourceArn": Length(0, 256);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "ListAssociations" {
        "SourceArn": Pattern(ENTITY_ARN), Length(0, 256);
        "DestinationArn": Pattern(ENTITY_ARN), Length(0, 256);
        "SourceType": Length(0, 256);
        "DestinationType": Length(0, 256);
        "AssociationType":
            OneOf(&["ContributedTo", "AssociatedWith", "DerivedFrom", "Produced", "SameAs"]);
        "SortBy":
            OneOf(&["SourceArn", "DestinationArn", "SourceType", "DestinationType", "CreationTime"]);
    }
    "DescribeArtifact" {
        "ArtifactArn": Pattern(ARTIFACT_ARN), Length(0, 256);
    }
    "DescribeContext" {
        "ContextName": Pattern(CONTEXT), Length(1, 256);
    }
    "DescribeAction" {
        "ActionName": Pattern(ENTITY), Length(1, 256);
    }
    "DescribeTrialComponent" {
        "TrialComponentName": Pattern(ENTITY), Length(1, 256);
    }
    "QueryLineage" {
        "StartArns": Items(0, 1);
        "StartArns[]": Pattern(ENTITY_ARN), Length(0, 256);
        "Direction": OneOf(&["Both", "Ascendants", "Descendants"]);
        "Filters.Types": Items(0, 5);
        "Filters.Types[]": Length(0, 40);
        "Filters.LineageTypes": Items(0, 4);
        "Filters.LineageTypes[]": OneOf(&["TrialComponent", "Artifact", "Context", "Action"]);
        "Filters.Properties": Items(0, 5);
        "Filters.Properties{key}": Length(0, 256);
        "Filters.Properties{}": Length(0, 256);
        "MaxDepth": Range(0, 10);
        "MaxResults": Range(1, 50);
        "NextToken": Length(0, 8192);
    }
};
