-- Makes one page of the book from a document: a filter for pandoc, which book.sh runs.
--
--   - formulas, in indented blocks and in the text, become MathML;
--   - links to documents, source files and states of the page become addresses of this page;
--     links to other sites are marked, so that the single file can leave them out;
--   - images become part of the page; tables and code can scroll by keyboard.
--
-- Metadata: path, the document's path from the root of the tree. Files that are linked go to the
-- list that the variable BOOK_FILES names.
local folder_of_filter = PANDOC_SCRIPT_FILE:match("^(.*)/") or "."
package.path = folder_of_filter .. "/?.lua;" .. package.path
local formula = require("formula")

local path, pages, files

-- "docs", "../src/a.c" is "src/a.c"
local function resolve(folder, target)
  local parts = {}
  for part in (folder .. "/" .. target):gmatch("[^/]+") do
    if part == ".." then parts[#parts] = nil elseif part ~= "." then parts[#parts + 1] = part end
  end
  return table.concat(parts, "/")
end

local function read(name)
  local file = io.open(name, "rb")
  local text = file and file:read("a")
  if file then file:close() end
  return text
end

local function base64(bytes)
  local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  local out = {}
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local n = a << 16 | (b or 0) << 8 | (c or 0)
    for k = 3, 0, -1 do
      local d = n >> (6 * k) & 63
      out[#out + 1] = (k < 2 and not b or k < 1 and not c) and "=" or digits:sub(d + 1, d + 1)
    end
  end
  return table.concat(out)
end

local function title_of(target) -- documents of the tree by path; nil for other files
  return target:match("^docs/([%w-]+)%.md$") or ({
    ["README.md"] = "readme", ["exercises/README.md"] = "exercises",
  })[target]
end

local function address(target)
  local file, section = target:match("^([^#]*)#?(.*)$")
  local state = target:match("build/web/onehot%.html(#.*)$")
  if state then return state end
  local full = file == "" and path or resolve(path:match("^(.*)/") or "", file)
  local name = title_of(full)
  if not name then
    if not read(full) then return nil end -- a folder
    name = full
    files[#files + 1] = full
  end
  return "#book?page=" .. name .. (section ~= "" and "&at=" .. section or "")
end

local function link(l)
  local html = pandoc.RawInline
  if l.target:match("^https?:") then
    local out = {html("html", "<!--out " .. l.target .. "-->")}
    for _, e in ipairs(l.content) do out[#out + 1] = e end
    out[#out + 1] = html("html", "<!--/out-->")
    return out
  end
  local target = address(l.target)
  if not target then return l.content end
  l.target = target
  return l
end

local function image(i)
  local full = resolve(path:match("^(.*)/") or "", i.src)
  local kind = full:match("%.svg$") and "svg+xml" or full:match("%.(%a+)$")
  i.src = "data:image/" .. kind .. ";base64," .. base64(assert(read(full), full))
  return i
end

-- ---- formulas ----

local function math(text, display)
  return pandoc.Math(display and "DisplayMath" or "InlineMath", text)
end

-- A block is a formula if each of its lines is one, and has a sign that prose has not.
local function formulas(text)
  local blocks, lines = {}, {}
  local function finish()
    local aligned = #lines > 1
    for _, line in ipairs(lines) do aligned = aligned and line:match("^[^=]*=") end
    if aligned then
      for i, line in ipairs(lines) do lines[i] = line:gsub("=", "&=", 1) end
      blocks[#blocks + 1] = "\\begin{aligned}" .. table.concat(lines, "\\\\ ") .. "\\end{aligned}"
    else
      for _, line in ipairs(lines) do blocks[#blocks + 1] = line end
    end
    lines = {}
  end
  for line in (text .. "\n"):gmatch("(.-)\n") do
    if line:match("^%s*$") then
      finish()
    else
      local tex = (line:match("[=_]") or line:match("∂") or line:match("ε")) and formula(line)
      if not tex then return nil end
      lines[#lines + 1] = tex
    end
  end
  finish()
  return blocks
end

-- The line of a file at which a text begins, or nil.
local function line_of(file, text)
  local at = file:find(text:match("^%s*([^\n]*)"), 1, true)
  return at and select(2, file:sub(1, at):gsub("\n", "")) + 1
end

-- C that the text quotes begins with the name of its file, /* src/... */: a link to its line there.
local function quotation(block)
  local name, rest = block.text:match("^/%* ([%w/_.]+) %*/\n(.*)$")
  local source = name and read(name)
  if not source then return block end
  files[#files + 1] = name
  block.text = rest
  local line = line_of(source, rest)
  local file = pandoc.Link(pandoc.Code(name), "#book?page=" .. name .. (line and "&at=L" .. line or ""))
  return pandoc.Div({pandoc.Plain {file}, block}, {class = "quotation"})
end

local function code(block)
  if block.classes[1] == "c" then
    block.attributes.tabindex = "0"
    return quotation(block)
  end
  local blocks = #block.classes == 0 and formulas(block.text)
  if not blocks then
    block.attributes.tabindex = "0"
    return block
  end
  local out = {}
  for _, tex in ipairs(blocks) do out[#out + 1] = pandoc.Para {math(tex, true)} end
  return pandoc.Div(out, {class = "formula", tabindex = "0"})
end

-- In the text, a run of words is a formula if it parses and has an index, a power, a ∂, an equals
-- sign, or an operator between names.
local function part_of_formula(s)
  if s:match("[_^=]") or s:match("∂") or s:match("^[-+/*]$") or s:match("^[(]*[%d.,]+[)]*[.,;:]*$") then
    return true
  end
  local bare = s:gsub("[()%[%],;.:|]", "")
  if bare == "a" or bare == "A" or bare == "I" or bare == "do" then return false end
  return bare:match("^%a$") or bare:match("^d[a-zW]$") or bare == "log" or bare == "exp" or bare == "max"
    or (utf8.len(bare) == 1 and #bare > 1) or s:match("^log%(") or s:match("^tanh%(") or s:match("^%d/%a$")
end

local function convincing(text)
  return (text:match("[_^=]") or text:match("∂") or text:match("^%(?%a %- %a%)?$"))
    and not text:match("^[=+/*]") and not text:match("[-=+/*,]$")
    and not text:match("%.%l") and not text:match("__") and not text:match("%a=%a")
end

local function inlines(list)
  local out, i = pandoc.List(), 1
  while i <= #list do
    local best, tail
    if list[i].t == "Str" and part_of_formula(list[i].text) then
      local text, k = "", i
      while k <= #list do
        local e = list[k]
        if e.t == "Str" and part_of_formula(e.text) then
          text = text .. e.text
          local whole, punctuation = text:match("^(.*%.%.%.)([,;:]?)$")
          if not whole then whole, punctuation = text:match("^(.-)([,.;:]*)$") end
          local _, open = whole:gsub("%(", "")
          local _, close = whole:gsub("%)", "")
          if close == open + 1 and whole:sub(-1) == ")" then
            whole, punctuation = whole:sub(1, -2), ")" .. punctuation
          end
          local tex = convincing(whole) and formula(whole, true)
          if tex then best, tail = {k, tex}, punctuation end
          if punctuation ~= "" and open == close then break end
        elseif (e.t == "Space" or e.t == "SoftBreak") and text ~= "" then
          text = text .. " "
        else
          break
        end
        k = k + 1
      end
    end
    if best then
      out:insert(math(best[2], false))
      if tail ~= "" then out:insert(pandoc.Str(tail)) end
      i = best[1] + 1
    else
      out:insert(list[i])
      i = i + 1
    end
  end
  return out
end

-- Not in links: browsers do not name a link by a formula.
local function text_block(block)
  return block:walk {traverse = "topdown", Link = function(l) return l, false end, Inlines = inlines}
end

-- Sections have names of their own, so that none is called as a tab of the page is.
local function header(h)
  h.identifier = "at-" .. h.identifier
  return h
end

local function scroll(block)
  local attributes = {{"tabindex", "0"}, {"role", "region"}, {"aria-label", "Table"}} -- in this order
  return pandoc.Div({block}, pandoc.Attr("", {"scroll"}, attributes))
end

function Pandoc(document)
  path = pandoc.utils.stringify(document.meta.path)
  files = {}
  document = document:walk {Para = text_block, Plain = text_block}
  document = document:walk {Link = link, Image = image, CodeBlock = code, Table = scroll, Header = header}
  local list = assert(io.open(os.getenv("BOOK_FILES"), "a"))
  for _, name in ipairs(files) do list:write(name, "\n") end
  list:close()
  document.meta = {}
  return document
end
