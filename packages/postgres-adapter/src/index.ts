/** One namespace a concept; see each module for what it promises. */
