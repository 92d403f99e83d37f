import { NativeSelect } from '@mantine/core';
import { memo, type JSX, type ReactNode } from 'react';

import classes from './data-table.module.css';
import { Icon } from './icon.js';
import { ariaSort, nextSort, sortChoices, type Sort, type SortedThing } from './sorting.js';

/** A column of a table. The first one names the row, and becomes the title of its card on a phone. */
export interface Column<R> {
  readonly title: string;
  readonly cell: (row: R) => ReactNode;
  /** The field of the API by which this column sorts, if it does. */
  readonly sort?: string;
  /** What it sorts. The default is text. */
  readonly sorts?: SortedThing;
  /** Whether it has numbers, which stand at the right. */
  readonly isNumeric?: boolean;
  /** Whether it has buttons, which need no label on a card. */
  readonly isActions?: boolean;
}

interface DataTableProps<R> {
  /** Names the table to a screen reader. */
  readonly label: string;
  /** The same array at each render, unless the cells would differ: other columns make all rows again. */
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  /** Whether the rows belong to another question, until the answer comes. */
  readonly isStale?: boolean;
}

/** Shows rows as a table, and as cards on a phone. The keys `j` and `k` walk over the rows: see `app/row-keys.ts`. */
export function DataTable<R>(props: DataTableProps<R>): JSX.Element {
  const { label, columns, rows, keyOf, isStale = false } = props;
  return (
    <div className={classes.frame} data-stale={isStale || undefined} aria-busy={isStale}>
      <SortChoice {...props} />
      {/* The roles stay when the style turns rows into cards: browsers drop those of the elements then. */}
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Head key={column.title} column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row key={keyOf(row)} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<R> {
  readonly row: R;
  readonly columns: readonly Column<R>[];
}

/** A row that is made again only if it, or the columns, are others. */
const Row = memo(function Row<R>({ row, columns }: RowProps<R>): JSX.Element {
  return (
    <tr role="row" data-row>
      {columns.map((column, index) => (
        <td
          key={column.title}
          role="cell"
          data-title={index === 0 || column.isActions === true ? undefined : column.title}
          data-numeric={column.isNumeric}
          data-actions={column.isActions}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}) as <R>(props: RowProps<R>) => JSX.Element;

function Head<R>({
  column,
  sort,
  onSort,
}: DataTableProps<R> & { readonly column: Column<R> }): JSX.Element {
  const { title, sort: field, sorts = 'text', isNumeric, isActions } = column;
  if (field === undefined || sort === undefined) {
    return (
      <th role="columnheader" scope="col" data-numeric={isNumeric} data-actions={isActions}>
        {isActions === true ? <span className={classes.hidden}>{title}</span> : title}
      </th>
    );
  }
  const order = ariaSort(sort, field);
  return (
    <th role="columnheader" scope="col" aria-sort={order} data-numeric={isNumeric}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => onSort?.(nextSort(sort, field, sorts))}
      >
        {title}
        <span className={classes.arrow} data-order={order}>
          <Icon name={order === 'ascending' ? 'up' : 'down'} size={14} />
        </span>
      </button>
    </th>
  );
}

/** Sorts on a phone, where cards have no heads. */
function SortChoice<R>({ columns, sort, onSort }: DataTableProps<R>): JSX.Element | null {
  const choices = columns.flatMap(({ title, sort: field, sorts = 'text' }) =>
    field === undefined ? [] : sortChoices(title, field, sorts),
  );
  if (sort === undefined || choices.length === 0) return null;
  return (
    <NativeSelect
      className={classes.choice}
      aria-label="Sort by"
      data={choices}
      value={sort}
      onChange={(event) => onSort?.(event.currentTarget.value)}
      size="xs"
    />
  );
}
