use std::fs;

use safetensors::tensor::{Dtype, TensorView};

use super::*;

/// A file with one tensor of this type.
fn file(dtype: Dtype, shape: &[usize], bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let view = TensorView::new(dtype, shape.to_vec(), bytes).unwrap();
    let path = folder.path().join("file.safetensors");
    safetensors::serialize_to_file([("a.weight", view)], None, &path).unwrap();
    folder
}

fn read_one(dtype: Dtype, shape: &[usize], bytes: &[u8]) -> Result<Tensor> {
    let folder = file(dtype, shape, bytes);
    let mut tensors = read(&folder.path().join("file.safetensors"))?;
    Ok(tensors.remove("a.weight").unwrap())
}

#[test]
fn what_is_written_is_read_again_bit_for_bit() {
    let tensors = [
        (
            "b",
            vec![2, 3],
            vec![1.0, -0.0, f32::MIN_POSITIVE / 2.0, 1e38, 0.1, -7.5],
        ),
        ("a", vec![1], vec![f32::NEG_INFINITY]),
        ("scalar", vec![], vec![3.0]),
        ("empty", vec![0, 4], vec![]),
    ];
    let tensors: Weights = tensors
        .into_iter()
        .map(|(name, shape, values)| (name.to_owned(), Tensor { shape, values }))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.safetensors");
    let named = tensors.iter().map(|(name, tensor)| (name.clone(), tensor));
    write(&path, named).unwrap();
    let read = read(&path).unwrap();
    assert_eq!(read, tensors);
    let bits = |tensor: &Tensor| {
        tensor
            .values
            .iter()
            .map(|x| x.to_bits())
            .collect::<Vec<_>>()
    };
    assert_eq!(bits(&read["b"]), bits(&tensors["b"]));
}

/// Sign, exponent and fraction by hand: IEEE 754's binary16, and the upper half of its binary32.
#[test]
fn halves_and_doubles_become_f32() {
    let halves = [
        (0x3c00u16, 1.0f32),
        (0xc000, -2.0),
        (0x3555, 0.333_251_95),
        (0x7bff, 65_504.0),
        (0x0001, 5.960_464_5e-8),
        (0x8400, -6.103_515_6e-5),
        (0x7c00, f32::INFINITY),
    ];
    let brains = [
        (0x3f80u16, 1.0f32),
        (0xc000, -2.0),
        (0x3eab, 0.333_984_38),
        (0x7f7f, 3.389_531_4e38),
        (0xff80, f32::NEG_INFINITY),
    ];
    for (dtype, pairs) in [(Dtype::F16, &halves[..]), (Dtype::BF16, &brains)] {
        let bytes: Vec<u8> = pairs
            .iter()
            .flat_map(|(bits, _)| bits.to_le_bytes())
            .collect();
        let expected: Vec<f32> = pairs.iter().map(|(_, value)| *value).collect();
        let read = read_one(dtype, &[pairs.len()], &bytes).unwrap();
        assert_eq!(read.values, expected, "{dtype:?}");
    }
    let doubles: Vec<u8> = [0.1f64, -1e300]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let read = read_one(Dtype::F64, &[2, 1], &doubles).unwrap();
    assert_eq!(read.shape, [2, 1]);
    assert_eq!(read.values, [0.1, f32::NEG_INFINITY]);
}

#[test]
fn errors_name_the_file_and_the_tensor() {
    let error = |outcome: Result<Tensor>| format!("{:#}", outcome.err().unwrap());
    let whole = error(read_one(Dtype::I64, &[1], &[0; 8]));
    assert!(
        whole.contains("file.safetensors") && whole.contains("a.weight") && whole.contains("I64"),
        "{whole}"
    );
    let folder = file(Dtype::F32, &[2], &[0; 8]);
    let path = folder.path().join("file.safetensors");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let cut = format!("{:#}", read(&path).unwrap_err());
    assert!(cut.contains("file.safetensors"), "{cut}");
    let missing = folder.path().join("nowhere").join("file.safetensors");
    let named = Tensor {
        shape: vec![0],
        values: vec![],
    };
    let unwritten = write(&missing, [("a".to_owned(), &named)]).unwrap_err();
    assert!(
        format!("{unwritten:#}").contains("nowhere"),
        "{unwritten:#}"
    );
}
