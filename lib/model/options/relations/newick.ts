/** Trees as text in Newick's format. Read here because the parsers of npm are unmaintained and take malformed trees without a word. */

/** A node with the length of the branch above it. */
export interface TreeNode {
  /** "" where the text gives none. */
  readonly name: string;
  readonly length: number | null;
  readonly children: readonly TreeNode[];
}

/** @throws SyntaxError saying where the text is no tree */
export function parseNewick(text: string): TreeNode {
  let at = 0;
  const fail = (what: string) =>
    new SyntaxError(
      `Cannot read the tree: ${what} at character ${at}: ${JSON.stringify(text.slice(at, at + 20))}`,
    );
  const skip = () => {
    for (;;) {
      while (/\s/.test(text[at] ?? "")) at++;
      if (text[at] !== "[") return;
      const end = text.indexOf("]", at); // a comment
      if (end < 0) throw fail("a comment does not end");
      at = end + 1;
    }
  };
  const label = () => {
    skip();
    if (text[at] === "'") {
      const found = /^'((?:[^']|'')*)'/.exec(text.slice(at));
      if (!found) throw fail("a quoted name does not end");
      at += found[0].length;
      return found[1].replaceAll("''", "'");
    }
    const found = /^[^\s,:;()[\]']*/.exec(text.slice(at))![0];
    at += found.length;
    return found;
  };
  const branch = () => {
    skip();
    if (text[at] !== ":") return null;
    at++;
    skip();
    const found = /^[-+\d.eE]+/.exec(text.slice(at))?.[0] ?? "", length = Number(found);
    if (found === "" || !Number.isFinite(length)) throw fail("a branch length is no number");
    at += found.length;
    return length;
  };
  const node = (): TreeNode => {
    skip();
    const children: TreeNode[] = [];
    if (text[at] === "(") {
      do {
        at++;
        children.push(node());
        skip();
      } while (text[at] === ",");
      if (text[at] !== ")") throw fail("a parenthesis does not close");
      at++;
    }
    return { children, name: label(), length: branch() };
  };
  const root = node();
  skip();
  if (text[at] !== ";") throw fail("a tree ends with a semicolon, but there is something else");
  at++;
  skip();
  if (at < text.length) throw fail("there is text after the tree");
  return root;
}
