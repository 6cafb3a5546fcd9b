// Makes what the package has of infra/template.yaml: the same as template.json, and src/parameters.ts with a property
// for each of its parameters. Both are made at each build and committed by nobody, so that they cannot differ from it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";

const here = import.meta.dirname;

// CfnInclude reads YAML with CloudFormation's short forms. What it has read is a private field: package.json pins the
// version, and the tests find every resource of the template in the construct.
const { template } = new CfnInclude(new Stack(), "Template", { templateFile: join(here, "../template.yaml") });

// SAM merges the globals into each function. The CDK's types know no globals: they want OnFailure beside OnSuccess, and
// each beside the other, so what a function leaves to the globals altogether stays there.
const globals = template.Globals.Function;
for (const { Type, Properties } of Object.values(template.Resources)) {
  if (Type === "AWS::Serverless::Function" && Properties.EventInvokeConfig?.DestinationConfig !== undefined) {
    Properties.EventInvokeConfig = merged(globals.EventInvokeConfig, Properties.EventInvokeConfig);
  }
}
writeFileSync(join(here, "template.json"), JSON.stringify(template, getAttAsList, 1));

/** As SAM's specification has it: maps are merged, what a function says itself wins. */
function merged(global, own) {
  const map = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  if (!map(global) || !map(own)) {
    return own ?? global;
  }
  const names = new Set([...Object.keys(global), ...Object.keys(own)]);
  return Object.fromEntries([...names].map((name) => [name, merged(global[name], own[name])]));
}

/** The reader leaves "Resource.Attribute"; JSON's own form is a list. */
function getAttAsList(key, value) {
  return key === "Fn::GetAtt" && typeof value === "string" ? value.split(/\.(.*)/s, 2) : value;
}

/** AllowedValues as a union, else the parameter's type. */
function type({ Type, AllowedValues }) {
  const kind = { Number: "number", CommaDelimitedList: "string[]" }[Type] ?? "string";
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
