/**
 * What is made from an object and needed again with the next response: kept as long as the object is, not by a weak reference, whose target
 * stays until the end of a task that may fit a thousand models in a loop.
 */
export class Remembered<K extends object, V> {
  private readonly made = new WeakMap<K, V>();

  /** What was made last for the key where it fits, else what is made now. */
  of(key: K, fits: (made: V) => boolean, make: () => V): V {
    const known = this.made.get(key);
    if (known !== undefined && fits(known)) return known;
    this.made.delete(key);
    const made = make();
    this.made.set(key, made);
    return made;
  }
}
