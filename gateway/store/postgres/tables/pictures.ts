// Table of the pictures.
export interface PictureTables {
  readonly picture: {
    readonly hash: string;
    readonly owner: string;
    readonly full: Buffer;
    readonly small: Buffer;
    readonly at: number;
  };
}
