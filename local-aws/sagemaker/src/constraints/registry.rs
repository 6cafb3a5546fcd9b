//! Limits on the requests of the model registry and of tags.

use super::patterns::{ARN, DESCRIPTION, NAME, NAME_OR_ARN, NAME_PART, VARIABLE, VERSION_OR_ARN};
use local_core::wire::constraints::Rule::{Items, Length, OneOf, Pattern, Range};
use local_core::wire::constraints::{Constraint, Rule};
use local_core::wire::limits::{LINE, MOST, S3_URI, TAG};

const APPROVAL_STATUS: Rule = OneOf(&["Approved", "Rejected", "PendingManualApproval"]);

pub const TABLE: &[Constraint] = local_core::constraints! {
    "CreateModelPackageGroup" {
        "ModelPackageGroupName": Pattern(NAME), Length(1, 63);
        "ModelPackageGroupDescription": Pattern(DESCRIPTION), Length(0, 1024);
    }
    "DescribeModelPackageGroup" {
        "ModelPackageGroupName": Pattern(NAME_OR_ARN), Length(1, 170);
    }
    "DeleteModelPackageGroup" {
        "ModelPackageGroupName": Pattern(NAME_OR_ARN), Length(1, 170);
    }
    "ListModelPackageGroups" {
        "NameContains": Pattern(NAME_PART), Length(0, 63);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "CreateModelPackage" {
        "ModelPackageGroupName": Pattern(NAME_OR_ARN), Length(1, 170);
        "ModelPackageDescription": Pattern(DESCRIPTION), Length(0, 1024);
        "InferenceSpecification.Containers": Items(1, 15);
        "InferenceSpecification.Containers[].ContainerHostname": Pattern(NAME), Length(0, 63);
        "InferenceSpecification.Containers[].Image": Pattern(r"[\S]+"), Length(0, 255);
        "InferenceSpecification.Containers[].ImageDigest":
            Pattern(r"[Ss][Hh][Aa]256:[0-9a-fA-F]{64}"), Length(0, 72);
        "InferenceSpecification.Containers[].ModelDataUrl": Pattern(S3_URI), Length(0, 1024);
        "InferenceSpecification.Containers[].Environment": Items(0, 100);
        "InferenceSpecification.Containers[].Environment{key}": Pattern(VARIABLE), Length(0, 1024);
        "InferenceSpecification.Containers[].Environment{}": Length(0, 1024);
        "InferenceSpecification.Containers[].FrameworkVersion":
            Pattern(r"[0-9]\.[A-Za-z0-9.-]+"), Length(3, 10);
        "InferenceSpecification.SupportedTransformInstanceTypes": Items(1, usize::MAX);
        "InferenceSpecification.SupportedContentTypes[]": Length(0, 256);
        "InferenceSpecification.SupportedResponseMIMETypes[]":
            Pattern(r"[-\w]+\/.+"), Length(0, 1024);
        "ModelApprovalStatus": APPROVAL_STATUS;
        "SkipModelValidation": OneOf(&["All", "None"]);
        "MetadataProperties.CommitId": Length(0, 1024);
        "MetadataProperties.Repository": Length(0, 1024);
        "MetadataProperties.GeneratedBy": Length(0, 1024);
        "MetadataProperties.ProjectId": Length(0, 1024);
        "ClientToken": Pattern(NAME_PART), Length(1, 36);
        "SamplePayloadUrl": Pattern(S3_URI), Length(0, 1024);
        "CustomerMetadataProperties": Items(1, 50);
        "CustomerMetadataProperties{key}": Pattern(TAG), Length(1, 128);
        "CustomerMetadataProperties{}": Pattern(TAG), Length(1, 256);
        "SourceUri": Length(0, 1024);
    }
    "DescribeModelPackage" {
        "ModelPackageName": Pattern(VERSION_OR_ARN), Length(1, 176);
    }
    "DeleteModelPackage" {
        "ModelPackageName": Pattern(VERSION_OR_ARN), Length(1, 176);
    }
    "ListModelPackages" {
        "ModelPackageGroupName": Pattern(NAME_OR_ARN), Length(1, 170);
        "ModelApprovalStatus": APPROVAL_STATUS;
        "ModelPackageType": OneOf(&["Versioned", "Unversioned", "Both"]);
        "NameContains": Pattern(NAME_PART), Length(0, 63);
        "SortBy": OneOf(&["Name", "CreationTime"]);
    }
    "UpdateModelPackage" {
        "ModelPackageArn":
            Pattern(r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package/[\S]{1,2048}"), Length(1, 2048);
        "ModelApprovalStatus": APPROVAL_STATUS;
        "ApprovalDescription": Pattern(LINE), Length(0, 1024);
        "CustomerMetadataProperties": Items(1, 50);
        "CustomerMetadataProperties{key}": Pattern(TAG), Length(1, 128);
        "CustomerMetadataProperties{}": Pattern(TAG), Length(1, 256);
        "CustomerMetadataPropertiesToRemove[]": Pattern(TAG), Length(1, 128);
        "SourceUri": Length(0, 1024);
    }
    "AddTags" {
        "ResourceArn": Pattern(ARN), Length(0, 256);
    }
    "ListTags" {
        "ResourceArn": Pattern(ARN), Length(0, 256);
        "NextToken": Length(0, 8192);
        "MaxResults": Range(50, MOST);
    }
    "DeleteTags" {
        "ResourceArn": Pattern(ARN), Length(0, 256);
        "TagKeys": Items(1, 50);
        "TagKeys[]": Pattern(TAG), Length(1, 128);
    }
};
