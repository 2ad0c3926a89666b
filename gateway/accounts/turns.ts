// Work on one subject one after the other, so that what is read is still true when it is written.

export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  async inTurn<Result>(subject: string, work: () => Promise<Result>): Promise<Result> {
    const earlier = this.last.get(subject) ?? Promise.resolve();
    const turn = earlier.then(work);
    const ended = turn.catch(() => undefined);
    this.last.set(subject, ended);
    await ended;
    if (this.last.get(subject) === ended) this.last.delete(subject);
    return turn;
  }
}
