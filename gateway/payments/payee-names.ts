// Sellers' names as the marketplace gave them for the messages of a bank. Kept in memory only: they are people's names,
// the marketplace gives them again with each payment, and without one the message shows the seller's id.

const MOST_KEPT = 20_000;

export class SellerNames {
  private readonly names = new Map<string, string>();

  keep(deal: string, seller: string): void {
    if (this.names.size >= MOST_KEPT) this.names.clear();
    this.names.set(deal, seller);
  }

  of(deal: string): string | null {
    return this.names.get(deal) ?? null;
  }
}
