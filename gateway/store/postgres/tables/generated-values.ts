// Table of the generated values.
export interface GeneratedValueTables {
  readonly generated_values: { readonly subject: string; readonly value: string };
}
