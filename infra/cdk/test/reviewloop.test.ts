import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { App, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Reviewloop, type ReviewloopProps } from "../src";

const classifierImageUri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:test";

function synthesised(props: Partial<ReviewloopProps> = {}, name = "reviewloop") {
  const stack = new Stack(new App(), name);
  const loop = new Reviewloop(stack, "Loop", { classifierImageUri, ...props });
  return { stack, loop, template: Template.fromStack(stack) };
}

/** A folder as `sam build` writes it, for these. */
function built(functions: string[]): string {
  const build = mkdtempSync(join(tmpdir(), "build-"));
  for (const name of functions) {
    mkdirSync(join(build, name));
    writeFileSync(join(build, name, "bootstrap"), name);
  }
  return build;
}

function logicalIds(template: Template, type: string): string[] {
  return Object.keys(template.findResources(type));
}

test("the stack has every resource of the template under its own logical id", () => {
  const source = readFileSync(join(__dirname, "../../../template.yaml"), "utf8");
  const resources = source.slice(source.indexOf("\nResources:"), source.indexOf("\nOutputs:"));
  const ids = [...resources.matchAll(/^  (\w+):$/gm)].map(([, id]) => id);
  assert.ok(ids.includes("Bucket") && ids.includes("Predict"));
  const { template } = synthesised();
  assert.deepEqual(Object.keys(template.toJSON().Resources).sort(), ids.sort());
});

test("attributes are asked for in JSON's own form", () => {
  const text = JSON.stringify(synthesised().template.toJSON());
  assert.ok(text.includes('"Fn::GetAtt":["UndeliveredEvents","Arn"]'));
  assert.ok(!text.includes('"Fn::GetAtt":"'));
});

test("a list takes its parameter's place as a list", () => {
  const { template } = synthesised({ subnetIds: ["subnet-a", "subnet-b"], securityGroupIds: ["sg-a"] });
  const text = JSON.stringify(template.toJSON());
  assert.ok(text.includes('"SubnetIds":["subnet-a","subnet-b"]') && text.includes('"SecurityGroupIds":["sg-a"]'));
  assert.ok(text.includes('"HasVpc":{"Fn::Not":[{"Fn::Equals":[{"Fn::Join":["",["subnet-a","subnet-b"]]}'));
});

test("a property takes its parameter's place, and the rest stay parameters of the stack", () => {
  const { template } = synthesised({ datasetName: "complaints", reserveConcurrency: "no", reviewThreshold: 0.75 });
  const parameters = Object.keys(template.findParameters("*"));
  assert.ok(parameters.includes("Labels"));
  for (const given of ["DatasetName", "ReserveConcurrency", "ReviewThreshold", "ClassifierImageUri"]) {
    assert.ok(!parameters.includes(given), given);
  }
  template.hasResourceProperties("AWS::Serverless::Function", {
    Environment: { Variables: Match.objectLike({ DATASET_NAME: "complaints", LABELS: { Ref: "Labels" } }) },
  });
  // Conditions compare texts.
  template.hasCondition("ReservesConcurrency", { "Fn::Equals": ["no", "yes"] });
});

test("functions, alarms and bucket are there by name", () => {
  const { loop, stack, template } = synthesised();
  assert.equal(Object.keys(loop.functions).length, logicalIds(template, "AWS::Serverless::Function").length);
  assert.deepEqual(stack.resolve(loop.functions["predict"].functionArn), { "Fn::GetAtt": ["Predict", "Arn"] });
  assert.deepEqual(Object.keys(loop.alarms).sort(), logicalIds(template, "AWS::CloudWatch::Alarm").sort());
  assert.deepEqual(stack.resolve(loop.bucket.bucketName), { Ref: "Bucket" });
});

test("the topic is the template's only one", () => {
  const { loop, stack, template } = synthesised();
  assert.deepEqual(logicalIds(template, "AWS::SNS::Topic"), ["Notifications"]);
  assert.deepEqual(stack.resolve(loop.topic.topicArn), { Ref: "Notifications" });
});

test("a caller's role may be granted a function and a folder of the bucket", () => {
  const stack = new Stack(new App(), "reviewloop");
  const loop = new Reviewloop(stack, "Loop", { classifierImageUri });
  const caller = new Role(stack, "Caller", { assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com") });
  loop.functions["predict"].grantInvoke(caller);
  loop.bucket.grantPut(caller, "incoming/*");
  const policies = JSON.stringify(Template.fromStack(stack).findResources("AWS::IAM::Policy"));
  assert.ok(policies.includes("lambda:InvokeFunction") && policies.includes("/incoming/*"));
});

test("what sam build wrote is uploaded, each function's code as an asset of its own", () => {
  const functions = logicalIds(synthesised().template, "AWS::Serverless::Function");
  const { template, stack } = synthesised({ build: built(functions) });
  const uploaded = Object.values(template.findResources("AWS::Serverless::Function")).map(
    (resource) => resource.Properties.CodeUri.Key,
  );
  assert.equal(new Set(uploaded).size, functions.length);
  assert.ok(uploaded.every((key) => /^[0-9a-f]{64}\.zip$/.test(key)));
  Annotations.fromStack(stack).hasNoWarning("*", Match.anyValue());
});

test("a build without one of the functions is refused by its path", () => {
  assert.throws(() => synthesised({ build: built(["Predict"]) }), /bootstrap does not exist/);
});

test("without a build the stack is synthesised with a warning", () => {
  Annotations.fromStack(synthesised().stack).hasWarning("/reviewloop/Loop", Match.stringLikeRegexp("not deployed"));
});

test("a stack's name that its bucket or endpoint cannot bear is refused", () => {
  for (const name of ["Reviewloop", "reviewloop-", "a".repeat(36)]) {
    assert.throws(() => synthesised({}, name), /must be at most 35/, name);
  }
  synthesised({}, "a".repeat(35));
});
