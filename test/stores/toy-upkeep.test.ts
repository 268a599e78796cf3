import { storeSuite, upkeepSuite } from "@kith/core/testing"
import * as ToyUpkeep from "./toy-upkeep.ts"

upkeepSuite("the toy's upkeep", ToyUpkeep.layer)

storeSuite("the toy store with upkeep", ToyUpkeep.layer)
