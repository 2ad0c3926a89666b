// An OpenAPI document as a test reads it: its operations, its schemas, and whether a value is of a schema's form.
import { z } from 'zod';

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

interface Content {
  readonly content?: { readonly [type: string]: { readonly schema: JsonSchema } };
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** Null: no body is taken. */
  readonly body: JsonSchema | null;
  readonly responses: { readonly [status: string]: Content };
  readonly isOpen: boolean;
}

interface RawOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: { readonly [status: string]: Content };
  readonly security?: readonly unknown[];
}

export interface OpenApi {
  readonly paths: { readonly [path: string]: { readonly [method: string]: RawOperation } };
  readonly components: { readonly schemas: { readonly [name: string]: JsonSchema } };
}

const SCHEMAS = '#/components/schemas/';

export class OpenApiDocument {
  readonly operations: readonly Operation[];
  private readonly checks = new Map<string, z.ZodType>();

  constructor(private readonly document: OpenApi) {
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, raw]) => ({
        ...{ operationId: raw.operationId, summary: raw.summary, description: raw.description, path },
        method: method.toUpperCase(),
        parameters: raw.parameters ?? [],
        body: raw.requestBody?.content?.['application/json']?.schema ?? null,
        responses: raw.responses,
        isOpen: raw.security?.length === 0,
      })),
    );
  }

  /** The schema itself where this one only names it. */
  resolved(schema: JsonSchema): JsonSchema {
    if (schema.$ref === undefined) return schema;
    const found = this.document.components.schemas[schema.$ref.slice(SCHEMAS.length)];
    if (found === undefined) throw new Error(`the document lacks ${schema.$ref}`);
    return this.resolved(found);
  }

  /** What is wrong with a value by this schema; null: nothing. */
  fault(schema: JsonSchema, value: unknown): string | null {
    const result = this.check(schema).safeParse(value);
    if (result.success) return null;
    const issue = result.error.issues[0];
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  }

  private check(schema: JsonSchema): z.ZodType {
    const name = JSON.stringify(schema);
    const known = this.checks.get(name);
    if (known !== undefined) return known;
    const text = JSON.stringify({ ...schema, $defs: this.document.components.schemas });
    const made = z.fromJSONSchema(
      JSON.parse(text.replaceAll(SCHEMAS, '#/$defs/')) as z.core.JSONSchema.BaseSchema,
    );
    this.checks.set(name, made);
    return made;
  }
}
