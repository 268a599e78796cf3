/**
 * What it takes to test a store, an adapter, or a backend over Kith: the suites, `given`, and one
 * namespace a concept.
 *
 * It needs vitest and fast-check, which are optional peers of the package.
 */
export { journalSuite } from "./JournalSuite.ts"
export { relationshipsSuite } from "./RelationshipsSuite.ts"
export { given, specification } from "./Specification.ts"
export { storeSuite } from "./StoreSuite.ts"
export { upkeepSuite } from "./UpkeepSuite.ts"

export * as Check from "./Check.ts"
export * as Fixtures from "./Fixtures.ts"
export * as Generators from "./Generators.ts"
export * as JournalCase from "./JournalCase.ts"
export * as JournalSuite from "./JournalSuite.ts"
export * as Laws from "./Laws.ts"
export * as Linearizable from "./Linearizable.ts"
export * as Model from "./Model.ts"
export * as ModelCommands from "./ModelCommands.ts"
export * as NaiveEdge from "./NaiveEdge.ts"
export * as Races from "./Races.ts"
export * as RealTime from "./RealTime.ts"
export * as RelationshipsCase from "./RelationshipsCase.ts"
export * as RelationshipsFixtures from "./RelationshipsFixtures.ts"
export * as RelationshipsSuite from "./RelationshipsSuite.ts"
export * as Specification from "./Specification.ts"
export * as StoreCase from "./StoreCase.ts"
export * as StoreModel from "./StoreModel.ts"
export * as StoreSuite from "./StoreSuite.ts"
export * as UpkeepCase from "./UpkeepCase.ts"
export * as UpkeepModel from "./UpkeepModel.ts"
export * as UpkeepSuite from "./UpkeepSuite.ts"
export * as World from "./World.ts"
