"""The classifier's image, as far as it can be looked at without a Docker daemon."""

import subprocess


def test_what_docker_copies_is_a_workspace_that_cargo_can_build_the_classifier_from(root, tmp_path):
    ignored = (root / "infra/image/Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in ignored, "everything is left out that is not named"
    for name in [line[1:] for line in ignored if line.startswith("!")]:
        (tmp_path / name).symlink_to(root / name)
    # Cargo reads every manifest of the workspace before it builds one package.
    tree = ["cargo", "tree", "--locked", "--offline", "--package", "classifier", "--edges", "no-dev"]
    done = subprocess.run(tree, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
