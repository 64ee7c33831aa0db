"""Writes frames as Parquet with page checksums, so that a flipped bit is noticed; the same frames, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nevsim.errors import RunError


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


def read_parquet(path: Path) -> pd.DataFrame:
    """Return a table; RunError where it cannot be read, or a checksum does not fit."""
    try:
        frame: pd.DataFrame = pq.ParquetFile(path, page_checksum_verification=True).read().to_pandas()
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: is not what was written ({error}); make it again") from None
    return frame


def parquet_bytes(columns: Mapping[str, Iterable[Any]]) -> bytes:
    """Return named columns of equal length as a Parquet file; a column of arrays or bytes is one of lists or binary."""
    sink = BytesIO()
    pq.write_table(
        pa.table({name: pa.array(list(column)) for name, column in columns.items()}),
        sink,
        write_page_checksum=True,
        compression="zstd",
    )
    return sink.getvalue()


def parquet_columns(file: Path | BinaryIO) -> dict[str, list[Any]]:
    """Return the columns of a Parquet file as lists; OSError where a checksum does not fit."""
    table = pq.ParquetFile(file, page_checksum_verification=True).read()
    columns: dict[str, list[Any]] = table.to_pydict()
    return columns
