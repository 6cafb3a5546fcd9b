//! `model.bin`, version 12, as the official package reads and writes it: little-endian numbers,
//! the settings, the dictionary, the two matrices.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::dictionary::{Dictionary, Entry, NGrams};
use crate::loss::Loss;
use crate::matrix::Matrix;
use crate::{Args, FastText};

const MAGIC: i32 = 793_712_314;
const VERSION: i32 = 12;
const SUPERVISED: i32 = 3;

/// Numbers that are turned into bytes at a time: enough for the disk, little for memory.
const CHUNK: usize = 1 << 14;

/// Reads a model. Errors name the part that is wrong; a damaged file allocates no more than it
/// is long.
pub fn read(path: &Path) -> Result<FastText> {
    let file = File::open(path).context("open")?;
    let length = file.metadata().context("ask for its length")?.len();
    let mut reader = Reader {
        bytes: BufReader::with_capacity(1 << 16, file),
        length,
    };
    ensure!(
        reader.i32("the magic number")? == MAGIC,
        "it is no fastText model: the magic number is another"
    );
    let version = reader.i32("the version")?;
    ensure!(
        version == VERSION,
        "format version {version} is not supported, only {VERSION} is"
    );
    let args = reader.args().context("settings")?;
    let dictionary = reader.dictionary(&args).context("dictionary")?;
    let input = reader.matrix("input")?;
    let output = reader.matrix("output")?;
    ensure!(
        reader.bytes.fill_buf()?.is_empty(),
        "there is more behind the output matrix"
    );
    FastText::new(args, dictionary, input, output)
}

struct Reader {
    bytes: BufReader<File>,
    /// No count of anything in a sound file is larger.
    length: u64,
}

impl Reader {
    fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.bytes
            .read_exact(&mut bytes)
            .with_context(|| format!("the file ends within {what}"))?;
        Ok(bytes)
    }

    fn i32(&mut self, what: &str) -> Result<i32> {
        self.array(what).map(i32::from_le_bytes)
    }

    fn i64(&mut self, what: &str) -> Result<i64> {
        self.array(what).map(i64::from_le_bytes)
    }

    fn count(&self, number: i64, what: &str) -> Result<usize> {
        let count = u64::try_from(number)
            .ok()
            .filter(|count| *count <= self.length);
        let count = count.with_context(|| format!("{what} is {number}"))?;
        Ok(usize::try_from(count)?)
    }

    fn args(&mut self) -> Result<Args> {
        let mut next = |name| self.i32(name);
        let (dim, ws, epoch) = (next("dim")?, next("ws")?, next("epoch")?);
        let (min_count, neg) = (next("minCount")?, next("neg")?);
        let (word_ngrams, loss, model) = (next("wordNgrams")?, next("loss")?, next("model")?);
        let (bucket, minn, maxn) = (next("bucket")?, next("minn")?, next("maxn")?);
        let lr_update_rate = next("lrUpdateRate")?;
        ensure!(
            model == SUPERVISED,
            "`model` is {model}: only supervised models ({SUPERVISED}) classify"
        );
        Ok(Args {
            dim,
            ws,
            epoch,
            min_count,
            neg,
            word_ngrams,
            loss: Loss::from_number(loss).with_context(|| format!("`loss` is {loss}"))?,
            bucket,
            minn,
            maxn,
            lr_update_rate,
            t: self.array("t").map(f64::from_le_bytes)?,
        })
    }

    fn dictionary(&mut self, args: &Args) -> Result<Dictionary> {
        let (size, words, labels) = (self.i32("size")?, self.i32("nwords")?, self.i32("nlabels")?);
        let tokens = self.i64("ntokens")?;
        let pruned = self.i64("pruneidx_size")?;
        ensure!(
            pruned < 0,
            "its n-grams are pruned, which only quantised models (.ftz) are; they are not supported"
        );
        ensure!(
            i64::from(words) + i64::from(labels) == i64::from(size),
            "{words} words and {labels} labels are not {size} entries"
        );
        let words = self.count(words.into(), "nwords")?;
        let mut entries = Vec::new();
        for place in 0..self.count(size.into(), "size")? {
            let entry = self.entry(place < words);
            entries.push(entry.with_context(|| format!("entry {place}"))?);
        }
        let labels = entries.split_off(words);
        let small = |name, number: i32| self.count(number.into(), name);
        let n_grams = NGrams {
            words: small("wordNgrams", args.word_ngrams)?,
            characters: (small("minn", args.minn)?, small("maxn", args.maxn)?),
            buckets: small("bucket", args.bucket)?,
        };
        Ok(Dictionary::new(entries, labels, tokens, n_grams))
    }

    fn entry(&mut self, is_word: bool) -> Result<Entry> {
        let mut word = Vec::new();
        self.bytes.read_until(0, &mut word)?;
        ensure!(word.pop() == Some(0), "the file ends within a word");
        let count = self.i64("a count")?;
        match (self.array("a type")?, is_word) {
            ([0], true) | ([1], false) => Ok(Entry { word, count }),
            ([kind], _) => bail!("type {kind}: words (0) come first, then labels (1)"),
        }
    }

    fn matrix(&mut self, name: &str) -> Result<Matrix> {
        ensure!(
            self.array("the quantisation mark")? == [0],
            "its {name} matrix is quantised (.ftz), which is not supported"
        );
        let (rows, columns) = (self.i64("a matrix")?, self.i64("a matrix")?);
        let values = rows.checked_mul(columns).filter(|values| *values >= 0);
        let values = values
            .and_then(|values| self.count(values, name).ok())
            .filter(|values| *values as u64 <= self.length / 4)
            .with_context(|| format!("the {name} matrix is said to be {rows} x {columns}"))?;
        // Zeros are not written: the operating system allocates no memory for rows that no text
        // had.
        let mut read = vec![0f32; values];
        let mut bytes = vec![0u8; CHUNK * 4];
        for chunk in read.chunks_mut(CHUNK) {
            let bytes = &mut bytes[..chunk.len() * 4];
            self.bytes
                .read_exact(bytes)
                .with_context(|| format!("the file ends within the {name} matrix"))?;
            if bytes.iter().all(|byte| *byte == 0) {
                continue;
            }
            for (value, bytes) in chunk.iter_mut().zip(bytes.as_chunks().0) {
                *value = f32::from_le_bytes(*bytes);
            }
        }
        Ok(Matrix::from_values(read, self.count(columns, name)?))
    }
}

/// Writes a model. A reader must not find the file before this has returned.
pub fn write(model: &FastText, path: &Path) -> Result<()> {
    let file = File::create(path).with_context(|| format!("create {}", path.display()))?;
    let mut file = BufWriter::with_capacity(1 << 16, file);
    write_to(model, &mut file)
        .and_then(|()| file.flush())
        .with_context(|| format!("write {}", path.display()))
}

fn write_to(model: &FastText, file: &mut impl Write) -> std::io::Result<()> {
    let args = &model.args;
    let numbers = [
        MAGIC,
        VERSION,
        args.dim,
        args.ws,
        args.epoch,
        args.min_count,
        args.neg,
        args.word_ngrams,
        args.loss as i32,
        SUPERVISED,
        args.bucket,
        args.minn,
        args.maxn,
        args.lr_update_rate,
    ];
    for number in numbers {
        file.write_all(&number.to_le_bytes())?;
    }
    file.write_all(&args.t.to_le_bytes())?;
    let (words, labels) = (model.dictionary.words(), model.dictionary.labels());
    for count in [words.len() + labels.len(), words.len(), labels.len()] {
        let count = i32::try_from(count).expect("rows are counted in 31 bits");
        file.write_all(&count.to_le_bytes())?;
    }
    file.write_all(&model.dictionary.tokens.to_le_bytes())?;
    file.write_all(&(-1i64).to_le_bytes())?;
    for (entries, kind) in [(words, 0), (labels, 1)] {
        for entry in entries {
            file.write_all(&entry.word)?;
            file.write_all(&[0])?;
            file.write_all(&entry.count.to_le_bytes())?;
            file.write_all(&[kind])?;
        }
    }
    for matrix in [&model.input, &model.output] {
        file.write_all(&[0])?;
        for size in [matrix.rows(), matrix.columns()] {
            file.write_all(&(size as u64).to_le_bytes())?;
        }
        let mut bytes = Vec::with_capacity(CHUNK * 4);
        for chunk in matrix.values().chunks(CHUNK) {
            bytes.clear();
            bytes.extend(chunk.iter().flat_map(|value| value.to_le_bytes()));
            file.write_all(&bytes)?;
        }
    }
    Ok(())
}
