/** A row of a table as it lies in its page. */
export interface LeafRow {
  rowid: number;
  values: (string | number | Uint8Array | null)[];
}

const TABLE_LEAF = 0x0d;

/**
 * The rows in the leaf pages of an SQLite file, of whatever table, in no order: what is left of a file whose tree cannot
 * be followed any more. See https://sqlite.org/fileformat2.html; text is taken for UTF-8.
 */
export function* leafRows(file: Buffer): Generator<LeafRow, void> {
  const told = file.readUInt16BE(16);
  const pageSize = told === 1 ? 65_536 : told;
  if (pageSize < 512) return;
  const usable = pageSize - file.readUInt8(20);
  // The first page holds the schema; of a page that is cut off the rows are gone, they begin at its end.
  for (let at = pageSize; at + pageSize <= file.length; at += pageSize) {
    if (file[at] !== TABLE_LEAF) continue;
    const cells = file.readUInt16BE(at + 3);
    for (let cell = 0; cell < cells; cell += 1) {
      const row = rowAt(file, at, cell, { pageSize, usable });
      if (row) yield row;
    }
  }
}

interface Sizes {
  pageSize: number;
  usable: number;
}

function rowAt(file: Buffer, page: number, cell: number, sizes: Sizes): LeafRow | null {
  try {
    const start = page + file.readUInt16BE(page + 8 + 2 * cell);
    const size = varint(file, start);
    const rowid = varint(file, size.end);
    return { rowid: rowid.value, values: valuesOf(payloadAt(file, rowid.end, size.value, sizes)) };
  } catch {
    return null; // it points beyond what is left
  }
}

/** @throws RangeError when a part of it is gone */
function payloadAt(file: Buffer, start: number, size: number, { pageSize, usable }: Sizes): Buffer {
  const most = usable - 35;
  if (size <= most) return file.subarray(start, start + size);
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (usable - 4));
  const local = fitting <= most ? fitting : least;
  const parts = [file.subarray(start, start + local)];
  let next = file.readUInt32BE(start + local);
  for (let left = size - local; left > 0; left -= usable - 4) {
    const page = (next - 1) * pageSize;
    next = file.readUInt32BE(page);
    parts.push(file.subarray(page + 4, page + 4 + Math.min(left, usable - 4)));
  }
  return Buffer.concat(parts);
}

function valuesOf(record: Buffer): LeafRow['values'] {
  const header = varint(record, 0);
  const values: LeafRow['values'] = [];
  let body = header.value;
  for (let at = header.end; at < header.value;) {
    const type = varint(record, at);
    at = type.end;
    const size = sizeOf(type.value);
    if (body + size > record.length) throw new RangeError('the record is cut off');
    values.push(valueOf(record, body, size, type.value));
    body += size;
  }
  return values;
}

const sizeOf = (type: number): number =>
  type >= 12 ? (type - 12 - (type % 2)) / 2 : ([0, 1, 2, 3, 4, 6, 8, 8][type] ?? 0);

function valueOf(record: Buffer, at: number, size: number, type: number): LeafRow['values'][number] {
  if (type >= 12) {
    const bytes = record.subarray(at, at + size);
    return type % 2 === 1 ? bytes.toString('utf8') : bytes;
  }
  if (type === 0) return null;
  if (type >= 8) return type - 8;
  if (type === 7) return record.readDoubleBE(at);
  return type === 6 ? Number(record.readBigInt64BE(at)) : record.readIntBE(at, size);
}

/** Seven bits a byte, the highest first; the ninth byte counts in full. */
function varint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start; at < start + 8; at += 1) {
    const byte = bytes.readUInt8(at);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return { value: value * 256 + bytes.readUInt8(start + 8), end: start + 9 };
}
