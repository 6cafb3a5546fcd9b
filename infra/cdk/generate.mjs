// Makes what the package has of infra/template.yaml: the same as template.json, and src/parameters.ts with a property
// for each of its parameters. Both are made at each build and committed by nobody, so that they cannot differ from it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, LegacyStackSynthesizer, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";

const here = import.meta.dirname;

// CfnInclude reads YAML with CloudFormation's short forms. What the CDK adds of its own is left out.
const app = new App({ outdir: join(here, "build/generate"), analyticsReporting: false });
const stack = new Stack(app, "generate", { synthesizer: new LegacyStackSynthesizer() });
new CfnInclude(stack, "Template", { templateFile: join(here, "../template.yaml") });
const template = app.synth().getStackByName("generate").template;
writeFileSync(join(here, "template.json"), JSON.stringify(template, getAttAsList, 1));

/** CfnInclude leaves "Resource.Attribute" where it does not know the place; JSON's own form is a list. */
function getAttAsList(key, value) {
  return key === "Fn::GetAtt" && typeof value === "string" ? value.split(/\.(.*)/s, 2) : value;
}

/** AllowedValues as a union, else the parameter's type. */
function type({ Type, AllowedValues }) {
  const kind = Type === "Number" ? "number" : "string";
  const values = AllowedValues?.map((value) => (kind === "number" ? Number(value) : JSON.stringify(value)));
  return values?.join(" | ") ?? kind;
}

const properties = Object.entries(template.Parameters).map(([name, parameter]) => {
  const has = parameter.Default !== undefined;
  const says = parameter.Description + (has ? ` Default: ${JSON.stringify(parameter.Default)}.` : "");
  const property = name[0].toLowerCase() + name.slice(1) + (has ? "?" : "");
  return `  /** ${says.replaceAll("*/", "* /")} */\n  readonly ${property}: ${type(parameter)};\n`;
});

writeFileSync(
  join(here, "src/parameters.ts"),
  `// Made by generate.mjs.\n\n/** The template's parameters. */\nexport interface Parameters {\n${properties.join("\n")}}\n`,
);
