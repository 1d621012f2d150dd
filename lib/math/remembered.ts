/** What is made from an object and needed again with the next response: remembered while there is memory for it, and made anew after that. */
export class Remembered<K extends object, V extends object> {
  private readonly made = new WeakMap<K, WeakRef<V>>();

  /** What was made last for the key where it fits, else what is made now. */
  of(key: K, fits: (made: V) => boolean, make: () => V): V {
    const known = this.made.get(key)?.deref();
    if (known && fits(known)) return known;
    const made = make();
    this.made.set(key, new WeakRef(made));
    return made;
  }
}
