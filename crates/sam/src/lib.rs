//! Typed reading of infra/template.yaml.
