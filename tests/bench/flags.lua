-- flags.lua: what a user would script in Wireshark: which TCP flags each direction of a stream has shown so far. For scripts/bench, to
-- measure the plugin against.
--
-- SPDX-License-Identifier: GPL-2.0-or-later
local stream, source, flags = Field.new("tcp.stream"), Field.new("tcp.srcport"), Field.new("tcp.flags")

local seen = Proto("flagseen", "TCP flags seen so far")
local mine = ProtoField.uint16("flagseen.sender", "Flags of the sender", base.HEX)
local other = ProtoField.uint16("flagseen.receiver", "Flags of the receiver", base.HEX)
seen.fields = {mine, other}

local streams, shown = {}, {}

function seen.init()
    streams, shown = {}, {}
end

-- The flags so far of both directions, at the first visit of a frame.
local function look(frame)
    local number, port = stream().value, source().value
    local ends = streams[number] or {}
    streams[number] = ends
    ends[port] = bit.bor(ends[port] or 0, flags().value)
    local peer = 0
    for p, f in pairs(ends) do
        if p ~= port then
            peer = f
        end
    end
    shown[frame] = {ends[port], peer}
end

function seen.dissector(buffer, pinfo, tree)
    if not stream() then
        return
    end
    if not pinfo.visited then
        look(pinfo.number)
    end
    local both = shown[pinfo.number]
    if both then
        local item = tree:add(seen)
        item:add(mine, both[1])
        item:add(other, both[2])
    end
end

register_postdissector(seen)
