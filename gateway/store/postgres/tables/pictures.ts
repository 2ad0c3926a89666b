// Tables of the pictures.
export interface PictureTables {
  readonly picture: {
    readonly hash: string;
    readonly owner: string;
    readonly full: Buffer;
    readonly small: Buffer;
    readonly at: number;
  };
  readonly person_picture: {
    readonly person: string;
    readonly hash: string;
    readonly full: Buffer;
    readonly small: Buffer;
    readonly at: number;
  };
}
