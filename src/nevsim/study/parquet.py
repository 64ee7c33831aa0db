"""Writes frames as Parquet with page checksums, so that a flipped bit is noticed; the same frames, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame, without its index."""
    write_parts([frame], path)


def write_parts(frames: Iterable[pd.DataFrame], path: Path) -> None:
    """Write frames of the same columns one below the other, each as it comes."""
    growing = Growing(path)
    for frame in frames:
        growing.add(frame)
    growing.close()


class Growing:
    """A Parquet file that frames of the same columns are added to, a group of rows each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pd.DataFrame) -> None:
        """Write a frame below the others."""
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema, write_page_checksum=True, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Finish the file, where there is one."""
        if self._writer is not None:
            self._writer.close()
