import ts from 'typescript';

/** The facts about a source file that the architecture test checks. */
export interface SourceFacts {
  /** The imported or re-exported modules as written, including types and `import()`. */
  readonly imports: readonly string[];
  readonly readsEnvironment: boolean;
  readonly hasDefaultExport: boolean;
}

/** Reads the facts from the text of a TypeScript file. The end of `name` tells whether it has elements of a page. */
export function sourceFacts(text: string, name = 'source.ts'): SourceFacts {
  const nodes = [...descendants(ts.createSourceFile(name, text, ts.ScriptTarget.Latest))];
  const imports = nodes.map(importedModule).filter((name) => name !== undefined);
  return {
    imports,
    readsEnvironment:
      nodes.some(readsEnvironment) || imports.some((name) => /^(node:)?process$/.test(name)),
    hasDefaultExport: nodes.some(isDefaultExport),
  };
}

function* descendants(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* descendants(child);
}

function importedModule(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return literal(node.moduleSpecifier);
  }
  if (ts.isExternalModuleReference(node)) return literal(node.expression);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return literal(node.argument.literal);
  }
  return ts.isCallExpression(node) && isModuleCall(node.expression)
    ? literal(node.arguments[0])
    : undefined;
}

/** `import(…)`, `require(…)` and `process.getBuiltinModule(…)`. */
function isModuleCall(callee: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text === 'getBuiltinModule';
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function literal(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  return ts.isStringLiteralLike(node) ? node.text : '(computed)';
}

/** Finds `process.env`, `process['env']` and `const { env } = process`. The module node:process is found by its import. */
function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return isProcess(node.expression) && node.name.text === 'env';
  }
  if (ts.isElementAccessExpression(node)) return isProcess(node.expression);
  return (
    ts.isVariableDeclaration(node) && node.initializer !== undefined && isProcess(node.initializer)
  );
}

function isProcess(node: ts.Expression): boolean {
  if (ts.isIdentifier(node)) return node.text === 'process';
  return ts.isPropertyAccessExpression(node) && node.name.text === 'process';
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false)
  );
}
