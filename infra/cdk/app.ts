// Reviewloop inside a CDK app. The stack is infra/template.yaml, included and never repeated: what
// a team adds around it (alarms' receivers, a VPC, another stack's resources) goes below.
//
//   npm install && npm run synth                       the template as it stands
//   REVIEWLOOP_TEMPLATE=packaged.yaml npx cdk deploy   after `sam build && sam package`, which
//                                                      uploads the functions' code
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";

const template = resolve(process.env.REVIEWLOOP_TEMPLATE ?? "../template.yaml");
if (!existsSync(template)) {
  throw new Error(`${template} does not exist: set REVIEWLOOP_TEMPLATE to what sam package wrote`);
}

// The CDK command line says where to write; run alone, it is cdk.out.
const app = new App({ outdir: process.env.CDK_OUTDIR ?? "cdk.out" });
const stack = new Stack(app, "reviewloop");
const reviewloop = new CfnInclude(stack, "Template", {
  templateFile: template,
  parameters: parameters(process.env.REVIEWLOOP_PARAMETERS ?? ""),
});

// An example of building on it: other stacks find the bucket without knowing how it is named.
stack.exportValue(reviewloop.getResource("Bucket").ref, { name: "reviewloop-bucket" });

app.synth();

/** "A=1 B=2" as CfnInclude takes it. */
function parameters(text: string): Record<string, string> {
  const pairs = text.split(" ").filter((pair) => pair !== "");
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}
