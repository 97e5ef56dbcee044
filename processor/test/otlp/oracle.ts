import { create, createFileRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

import { ENUMS, MESSAGES, type FieldType, type MessageName, type SchemaField } from "../../src/otlp/schema.ts";
import { must } from "../must.ts";

const SCALARS: Readonly<Record<string, Type>> = {
  bool: Type.BOOL,
  string: Type.STRING,
  bytes: Type.BYTES,
  id: Type.BYTES,
  double: Type.DOUBLE,
  uint32: Type.UINT32,
  sint32: Type.SINT32,
  fixed32: Type.FIXED32,
  int64: Type.INT64,
  uint64: Type.UINT64,
  fixed64: Type.FIXED64,
  sfixed64: Type.SFIXED64,
};

/** OTLP's messages for `@bufbuild/protobuf`, which knows nothing of our reader and writer. */
const registry = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      create(FileDescriptorProtoSchema, {
        name: "otlp.proto",
        package: "otlp",
        syntax: "proto3",
        messageType: Object.entries(MESSAGES).map(([name, fields]) => messageOf(name, fields)),
        enumType: Object.entries(ENUMS).map(([name, values]) => ({
          name,
          value: values.map((value, number) => ({ name: value, number })),
        })),
      }),
    ],
  }),
);

export function oracle(name: MessageName): DescMessage {
  return must(registry.getMessage(`otlp.${name}`));
}

function typeOf(type: FieldType): Type {
  if (Object.hasOwn(MESSAGES, type)) return Type.MESSAGE;
  return SCALARS[type] ?? Type.ENUM;
}

function messageOf(name: string, fields: readonly SchemaField[]) {
  // proto3 has each optional field in a oneof of its own; those stand after the real ones.
  const real = fields.some(([, , , note]) => note === "oneof") ? ["value"] : [];
  const optional = fields.flatMap(([, field, , note]) => (note === "optional" ? [`_${field}`] : []));
  const oneofs = [...real, ...optional];
  return create(DescriptorProtoSchema, {
    name,
    oneofDecl: oneofs.map((oneof) => ({ name: oneof })),
    field: fields.map(([number, field, type, note]) => {
      const scalar = SCALARS[type];
      const oneof = note === "oneof" ? "value" : `_${field}`;
      return {
        name: field,
        jsonName: field.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        number,
        type: typeOf(type),
        ...(scalar === undefined ? { typeName: `.otlp.${type}` } : {}),
        label: note === "repeated" ? Label.REPEATED : Label.OPTIONAL,
        ...(note === "oneof" || note === "optional" ? { oneofIndex: oneofs.indexOf(oneof) } : {}),
        ...(note === "optional" ? { proto3Optional: true } : {}),
      };
    }),
  });
}

/** A message of the library's. */
export function message(name: MessageName, values: Record<string, unknown>): Message {
  return create(oracle(name), values);
}
