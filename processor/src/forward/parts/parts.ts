/** A request as a row of items (spans, log records, metrics), of which any run can be sent as a request of its own. */
export interface Parts {
  /** A resource or scope without items counts as one, so that nothing is lost. */
  readonly count: number;
  /** False for a resource or scope without items. */
  isItem(index: number): boolean;
  /** Most bytes that the item adds to a request; `first`: as the first one, with its resource and scope. */
  bytes(index: number, first: boolean): number;
  /** The request that holds the items from `from` up to, not including, `to`, under copies of their resources and scopes. */
  encode(from: number, to: number): Uint8Array;
}
