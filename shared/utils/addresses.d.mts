import type { NetworkInterfaceInfo } from 'node:os'

export const EVERYWHERE: ReadonlySet<string>
export function addresses(host: string, port: number, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): { here: string, network: string[] }
