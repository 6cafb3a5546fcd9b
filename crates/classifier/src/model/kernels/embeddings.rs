//! The sum of word, position and token-type embeddings. Every token is of type 0: one text, no pair.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};

use super::{add_to, values, with_values};

/// `input_ids` are `rows × length` ids, row by row; the result is [rows × length, hidden].
/// The caller has checked that ids and length lie inside the tables.
pub fn embeddings(
    word: &Tensor,
    position: &Tensor,
    token_type: &Tensor,
    input_ids: Arc<[u32]>,
    length: usize,
) -> Result<Tensor> {
    word.apply_op3(position, token_type, Embeddings { input_ids, length })
}

struct Embeddings {
    input_ids: Arc<[u32]>,
    length: usize,
}

impl CustomOp3 for Embeddings {
    fn name(&self) -> &'static str {
        "embeddings"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (word, position, token_type) = (values(s1, l1)?, values(s2, l2)?, values(s3, l3)?);
        let width = l1.dims()[1];
        let mut out = vec![0f32; self.input_ids.len() * width];
        for (place, (out, id)) in out
            .chunks_exact_mut(width)
            .zip(self.input_ids.iter())
            .enumerate()
        {
            add_to(out, row(word, *id as usize, width));
            add_to(out, row(position, place % self.length, width));
            add_to(out, row(token_type, 0, width));
        }
        Ok((
            CpuStorage::F32(out),
            Shape::from((self.input_ids.len(), width)),
        ))
    }

    fn bwd(
        &self,
        word: &Tensor,
        position: &Tensor,
        token_type: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let width = word.dim(1)?;
        let mut grad_word = vec![0f32; word.elem_count()];
        let mut grad_position = vec![0f32; position.elem_count()];
        let mut grad_type = vec![0f32; token_type.elem_count()];
        with_values(grad, |grad| {
            for (place, (grad, id)) in grad
                .chunks_exact(width)
                .zip(self.input_ids.iter())
                .enumerate()
            {
                add_to(row_mut(&mut grad_word, *id as usize, width), grad);
                add_to(
                    row_mut(&mut grad_position, place % self.length, width),
                    grad,
                );
                add_to(row_mut(&mut grad_type, 0, width), grad);
            }
            Ok(())
        })?;
        let tensor =
            |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device()).map(Some);
        Ok((
            tensor(grad_word, word)?,
            tensor(grad_position, position)?,
            tensor(grad_type, token_type)?,
        ))
    }
}

fn row(table: &[f32], index: usize, width: usize) -> &[f32] {
    &table[index * width..(index + 1) * width]
}

fn row_mut(table: &mut [f32], index: usize, width: usize) -> &mut [f32] {
    &mut table[index * width..(index + 1) * width]
}
