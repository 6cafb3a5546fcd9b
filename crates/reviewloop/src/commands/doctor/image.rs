//! The classifier's image, as the pipeline names it.

use anyhow::Context;

use super::check::{Check, Verdict};
use crate::aws_cli::Cli;

pub async fn check(cli: &Cli<'_>, uri: &str) -> anyhow::Result<Check> {
    let (repository, id) = parse(uri).with_context(|| format!("{uri} is no image in ECR"))?;
    let arguments = ["--repository-name", repository, "--image-ids", &id];
    let described = cli.call("ecr describe-images", &arguments).await?;
    Ok(match described {
        Ok(_) => Check::new("image", Verdict::Ok, uri),
        Err(failure) if failure.contains("NotFoundException") => Check::new(
            "image",
            Verdict::Failed,
            format!("{uri} is not in the registry: infra/deploy builds and pushes it"),
        ),
        Err(failure) => Check::new("image", Verdict::Skipped, failure),
    })
}

/// The repository, and the image as the CLI takes it.
fn parse(uri: &str) -> Option<(&str, String)> {
    let (_, path) = uri.split_once('/')?;
    if let Some((repository, digest)) = path.split_once('@') {
        return Some((repository, format!("imageDigest={digest}")));
    }
    let (repository, tag) = path.rsplit_once(':')?;
    Some((repository, format!("imageTag={tag}")))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_image_is_named_by_tag_or_digest() {
        let of = |rest: &str| format!("1.dkr.ecr.eu-central-1.amazonaws.com/{rest}");
        assert_eq!(
            parse(&of("reviewloop-classifier:abc")),
            Some(("reviewloop-classifier", "imageTag=abc".to_owned()))
        );
        assert_eq!(
            parse(&of("team/reviewloop-classifier@sha256:1")),
            Some((
                "team/reviewloop-classifier",
                "imageDigest=sha256:1".to_owned()
            ))
        );
        assert_eq!(parse("reviewloop-classifier"), None);
    }
}
