import { existsSync } from "node:fs";
import { join } from "node:path";
import { Annotations, CfnResource, Stack, Token } from "aws-cdk-lib";
import { Alarm, type IAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { Function, type IFunction } from "aws-cdk-lib/aws-lambda";
import { Bucket, type CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { CfnFunction } from "aws-cdk-lib/aws-sam";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { Construct } from "constructs";
import type { Parameters } from "./parameters";

export interface ReviewloopProps extends Parameters {
  /**
   * The folder that `sam build` wrote (`infra/.aws-sam/build`, or a release's), for the same `architecture`.
   * Its functions are uploaded as assets. Without it the stack can be synthesised, not deployed.
   */
  readonly build?: string;
}

/** The template's logical id of the topic that tells people. */
const TOPIC = "Notifications";

/**
 * The stack of infra/template.yaml, included and never repeated. Most of its names begin with the stack's, so a
 * stack holds one of it.
 */
export class Reviewloop extends Construct {
  readonly bucket: IBucket;
  /** By the names of their folders: `functions["predict"]`. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** By their logical ids in the template. */
  readonly alarms: Readonly<Record<string, IAlarm>>;
  /** Where people are told. */
  readonly topic: ITopic;

  /** Throws if `build` lacks a function, or if the stack's name fits no bucket or endpoint. */
  constructor(scope: Construct, id: string, props: ReviewloopProps) {
    super(scope, id);
    const { build, ...parameters } = props;
    this.checkStackName();
    const template = new CfnInclude(this, "Template", {
      templateFile: join(__dirname, "../../template.json"),
      parameters: asGiven(parameters),
    });
    const resources = template.node.children.filter((child) => CfnResource.isCfnResource(child));
    const ofType = (type: string) => resources.filter((resource) => resource.cfnResourceType === type);

    const functions = ofType(CfnFunction.CFN_RESOURCE_TYPE_NAME) as CfnFunction[];
    this.upload(functions, build);
    this.functions = named(functions, folder, (resource) =>
      Function.fromFunctionArn(this, `${resource.node.id}Function`, resource.getAtt("Arn").toString()),
    );
    this.alarms = named(ofType("AWS::CloudWatch::Alarm"), logicalId, (resource) =>
      Alarm.fromAlarmArn(this, `${resource.node.id}Alarm`, resource.getAtt("Arn").toString()),
    );
    this.bucket = Bucket.fromCfnBucket(template.getResource("Bucket") as CfnBucket);
    this.topic = Topic.fromTopicArn(this, `${TOPIC}Topic`, template.getResource(TOPIC).ref);
  }

  private upload(functions: CfnFunction[], build?: string): void {
    if (build === undefined) {
      Annotations.of(this).addWarningV2(
        "reviewloop:build",
        "without `build`, the folder that sam build wrote, this stack can be synthesised but not deployed",
      );
      return;
    }
    for (const resource of functions) {
      const path = join(build, resource.node.id);
      if (!existsSync(join(path, "bootstrap"))) {
        throw new Error(`${path}/bootstrap does not exist: run sam build, or name the folder that it wrote`);
      }
      const asset = new Asset(this, `${resource.node.id}Code`, { path });
      resource.codeUri = { bucket: asset.s3BucketName, key: asset.s3ObjectKey };
    }
  }

  /** infra/deploy has the same rule, and its reasons. */
  private checkStackName(): void {
    const name = Stack.of(this).stackName;
    if (!Token.isUnresolved(name) && !/^(?=.{1,35}$)[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
      throw new Error(
        `the stack's name ${name} must be at most 35 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen`,
      );
    }
  }
}

/** Lists stay lists; the rest are texts, as CloudFormation has them, because the template's conditions compare them. */
function asGiven(parameters: Parameters): Record<string, string | string[]> {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const plain = (value: unknown) => (Array.isArray(value) ? value : String(value));
  return Object.fromEntries(given.map(([name, value]) => [name[0].toUpperCase() + name.slice(1), plain(value)]));
}

function named<R extends CfnResource, T>(
  resources: R[],
  name: (resource: R) => string,
  of: (resource: R) => T,
): Record<string, T> {
  return Object.fromEntries(resources.map((resource) => [name(resource), of(resource)]));
}

function logicalId(resource: CfnResource): string {
  return resource.node.id;
}

/** `register-dataset` for `RegisterDataset`. */
function folder(resource: CfnResource): string {
  return resource.node.id.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
