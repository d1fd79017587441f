/** The API's description, made from the same schemas and rules that the server enforces. OpenAPI 3.1. */
import { z } from 'zod';
import { commandMessageSchema, commandSchema } from './commands.ts';
import { ERRORS } from './errors.ts';
import { COMMAND_RULES, type Who } from './policy.ts';
import { partsOf, ROUTE_KEYS, type RouteRule, ruleOf } from './routes.ts';
import { kitStateSchema } from './state.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** JSON Schema 2020-12 of what is sent (input) or of what comes back (output). */
export const schemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return JSON.parse(JSON.stringify(rest)) as Json;
};

/** "anyone", "signed in", or the roles. */
export const whoText = (who: Who): string =>
  who === 'anyone' ? 'anyone' : who === 'signed-in' ? 'anyone signed in' : who.join(', ');

const answer = (rule: RouteRule): Json =>
  typeof rule.answer === 'string'
    ? { description: 'Done.', content: { [rule.answer]: {} } }
    : { description: 'Done.', content: { 'application/json': { schema: schemaOf(rule.answer) } } };

function parameters(path: string, rule: RouteRule): Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map((match) => ({
    name: match[1]!,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (!rule.query) return inPath;
  const { properties = {}, required = [] } = schemaOf(rule.query, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery];
}

export interface CommandDescription {
  readonly type: string;
  readonly summary: string;
  readonly who: string;
  readonly schema: Json;
}

/** The commands of the socket, each with its rule and its own schema. */
export function describeCommands(): CommandDescription[] {
  return commandSchema.options.map((option) => {
    const type = option.shape.type.value;
    const rule = COMMAND_RULES[type];
    return { type, summary: rule.summary, who: whoText(rule.who), schema: schemaOf(option, 'input') };
  });
}

export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const key of ROUTE_KEYS) {
    const { method, path } = partsOf(key);
    const rule = ruleOf(key);
    const at = path.replace(/:(\w+)/g, '{$1}');
    paths[at] ??= {};
    paths[at][method.toLowerCase()] = {
      operationId: key.replace(/[^a-zA-Z0-9]+/g, '-'),
      summary: rule.summary,
      'x-who': whoText(rule.who),
      security: rule.who === 'anyone' ? [] : [{ session: [] }],
      parameters: parameters(path, rule),
      ...(rule.body
        ? {
            requestBody: {
              required: true,
              content: { 'application/json': { schema: schemaOf(rule.body, 'input') } },
            },
          }
        : {}),
      responses: {
        [key === 'GET /api/v1/live' ? '101' : '200']: answer(rule),
        default: {
          description: 'A coded error; see docs/errors.md.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Neck range-of-motion kit',
      version,
      description: 'Everything that the dashboard does. Errors carry a stable code, what happened and what to do next.',
    },
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'neck-PORT',
          description: 'Set by sign-in. "__Host-neck-PORT" over TLS. PORT is the port of the gateway.',
        },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message', 'hint'],
              properties: {
                code: { type: 'string', enum: Object.keys(ERRORS) },
                message: { type: 'string' },
                hint: { type: 'string' },
              },
            },
          },
        },
        CommandMessage: schemaOf(commandMessageSchema, 'input'),
        StateMessage: schemaOf(kitStateSchema),
      },
    },
    'x-socket-commands': describeCommands().map((command) => ({ ...command })),
  };
}
