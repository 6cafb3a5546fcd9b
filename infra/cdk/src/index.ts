export { Reviewloop, type ReviewloopProps } from "./reviewloop";
export type { Parameters } from "./parameters";
