// An app with Reviewloop and some of what a team adds around it.
//
//   npm ci && npm run synth                            the stack as CloudFormation gets it
//   (cd .. && sam build --template template.yaml)
//   REVIEWLOOP_BUILD=../.aws-sam/build REVIEWLOOP_IMAGE=… npx cdk deploy --app "node build/example/app.js"
import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Reviewloop } from "../src";

const app = new App({ outdir: process.env.CDK_OUTDIR ?? "cdk.out" });
const stack = new Stack(app, "reviewloop");
const loop = new Reviewloop(stack, "Loop", {
  classifierImageUri:
    process.env.REVIEWLOOP_IMAGE ?? "123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:example",
  build: process.env.REVIEWLOOP_BUILD,
  textColumn: "Title,Review Text",
});

// A service of the team classifies texts and uploads reviews.
const service = new Role(stack, "Service", { assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com") });
loop.functions["predict"].grantInvoke(service);
loop.bucket.grantPut(service, "incoming/*");

new CfnOutput(stack, "NotificationTopic", { value: loop.topic.topicArn });

app.synth();
