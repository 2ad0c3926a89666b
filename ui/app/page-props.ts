// What every page of the table of routes gets.

export interface PageProps {
  /** Of the address; '' where it names nothing. */
  readonly id: string;
}
