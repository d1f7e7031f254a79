/**
 * A text without what no database keeps: the NUL character and halves of surrogate pairs. Other values as they are.
 * Works as the reviver of `JSON.parse`.
 */
export function storable<T>(value: T): T {
  // eslint-disable-next-line no-control-regex -- it is what must go
  return typeof value === 'string' ? value.replace(/[\u0000\p{Surrogate}]/gu, '') as T : value
}
