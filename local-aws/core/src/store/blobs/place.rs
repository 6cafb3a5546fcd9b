//! Where blobs lie: small ones in rows, large ones in files.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::connection::lock;

#[derive(Clone)]
pub struct Place {
    folder: PathBuf,
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

impl Place {
    /// Prepares the folders below the state folder.
    pub fn open(
        state: &Path,
        writer: &Arc<Mutex<Connection>>,
        reader: &Arc<Mutex<Connection>>,
    ) -> io::Result<Self> {
        let place = Self {
            folder: state.to_owned(),
            writer: Arc::clone(writer),
            reader: Arc::clone(reader),
        };
        let incoming = place.incoming();
        // A killed process left it unfinished, and no row names it.
        if incoming.exists() {
            std::fs::remove_dir_all(&incoming)?;
        }
        std::fs::create_dir_all(incoming)?;
        std::fs::create_dir_all(place.files())?;
        Ok(place)
    }

    /// The folder of files that are being written.
    pub fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    pub fn files(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    pub fn file(&self, sha256: &str) -> PathBuf {
        self.files().join(sha256)
    }

    pub fn row(&self, sha256: &str) -> io::Result<Option<Vec<u8>>> {
        let row = |connection: &Connection| {
            connection
                .prepare_cached("SELECT bytes FROM blobs WHERE sha256 = ?1")?
                .query_row([sha256], |row| row.get(0))
                .optional()
        };
        row(&lock(&self.reader)).map_err(io::Error::other)
    }

    pub fn put_row(&self, sha256: &str, bytes: &[u8]) -> io::Result<()> {
        let sql = "INSERT INTO blobs (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let put = |connection: &Connection| {
            connection
                .prepare_cached(sql)?
                .execute(params![sha256, bytes])
        };
        put(&lock(&self.writer)).map(drop).map_err(io::Error::other)
    }

    pub fn sweep_rows(&self, kept: &HashSet<String>) -> rusqlite::Result<()> {
        let mut connection = lock(&self.writer);
        let transaction = connection.transaction()?;
        let names: Vec<String> = transaction
            .prepare("SELECT sha256 FROM blobs")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for name in names.iter().filter(|name| !kept.contains(*name)) {
            transaction.execute("DELETE FROM blobs WHERE sha256 = ?1", [name])?;
        }
        transaction.commit()
    }
}
