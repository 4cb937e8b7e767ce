-- Turns the plain notation of the chapters, "p_j = e^(z_j) / sum_k e^(z_k)", into TeX, from which
-- pandoc makes MathML. Returns nil for text that is no formula.
--
--   formula := { fraction | operator | gap }       a gap is two spaces or more
--   fraction := product { " / " product }
--   product := unit { unit }                       juxtaposed
--   unit := atom [ "/" atom ]                      without spaces
--   atom := base { "_" script | "^" script }
--   base := name | number | word | "(" formula ")" | "[" formula "]" | "|" formula "|"
--   script := "(" formula ")" | ["-"] name or number

local operators = {
  ["="] = "=", ["+"] = "+", ["-"] = "-", [","] = ",\\;", [";"] = ";\\;", ["."] = "\\cdot ",
  ["*"] = "\\cdot ", ["||"] = "\\parallel ", ["<"] = "<", [">"] = ">", ["->"] = "\\to ",
  [":"] = ":", ["..."] = "\\dots ", [">="] = "\\ge ", ["<="] = "\\le ",
}
local functions = {log = "\\log ", exp = "\\exp ", max = "\\max ", tanh = "\\tanh ", sqrt = true, sum = true}
local greek = {["π"] = "\\pi ", ["μ"] = "\\mu ", ["ε"] = "\\varepsilon ", ["α"] = "\\alpha ",
  ["β"] = "\\beta ", ["σ"] = "\\sigma ", ["η"] = "\\eta ", ["∂"] = "\\partial "}

-- Tokens with their text, their kind, and the number of spaces before them.
local function tokens(text)
  local list, at = {}, 1
  while true do
    local spaces = text:match("^ *", at)
    at = at + #spaces
    if at > #text then return list end
    local kind, s
    for _, rule in ipairs {
      {"number", "^%d[%d,]*%d%.?%d*"}, {"number", "^%d+%.?%d*"}, {"name", "^%a+"},
      {"name", "^[\xC2-\xF4][\x80-\xBF]*"}, {"operator", "^%.%.%."}, {"operator", "^||"},
      {"operator", "^->"}, {"operator", "^[<>]="}, {"mark", "^."},
    } do
      s = text:match(rule[2], at)
      if s then kind = rule[1] break end
    end
    if kind == "number" and s:sub(-1) == "." then s = s:sub(1, -2) end
    if kind == "name" and #s > 1 then -- words with a hyphen or an apostrophe inside
      while text:match("^[-']%l%l?", at + #s) do
        local more = text:match("^[-']%l+", at + #s)
        if more:sub(1, 1) == "-" and #more < 3 then break end
        s = s .. more
      end
    end
    if kind == "mark" and operators[s] then kind = "operator" end
    list[#list + 1] = {text = s, kind = kind, spaces = list[1] and #spaces or 0}
    at = at + #s
  end
end

-- dx, dW: a d before one letter
local function differential(s) return s:match("^d%a$") end

-- Words of more than one letter that are no function and no symbol.
local function is_word(s)
  return #s > 1 and not greek[s] and not functions[s] and not differential(s)
end

-- In a line of text (inline) and in exponents, quotients keep their slash. Functions return TeX, and
-- whether it is one pair of parentheses, which a fraction does not need.
local function parse(text, inline)
  local list, at, depth, linear = tokens(text), 1, 0, inline
  local formula

  local function peek() return list[at] or {text = "", kind = "end", spaces = 0} end
  local function take() at = at + 1 return list[at - 1] end
  local function fail() error({}, 0) end

  local function enclosed(close)
    depth = depth + 1
    local inside = formula(close)
    if peek().text ~= close then fail() end
    take()
    depth = depth - 1
    return inside
  end

  local function name(s)
    if greek[s] then return greek[s] end
    if s:byte() > 127 then fail() end
    return s .. " "
  end

  -- A run of words, or a_long_name, whose first word is taken.
  local function words(first)
    local run = first
    while true do
      local t, after = peek(), list[at + 1] or {text = "", kind = "end"}
      if t.text == "_" and run ~= "loss" and after.kind == "name" and #after.text > 2 then
        take()
        run = run .. "\\_" .. take().text
      elseif t.kind == "name" and t.spaces == 1 and (t.text == "a" or is_word(t.text))
          and after.text ~= "_" and after.text ~= "(" then
        run = run .. " " .. take().text
      else
        return "\\text{" .. run .. "}\\,"
      end
    end
  end

  local function script()
    local t = take() or fail()
    if t.spaces > 0 then fail() end
    if t.text == "(" then
      local outside = linear
      linear = true
      local inside = enclosed(")")
      linear = outside
      return inside
    end
    if t.text == "-" then return "-" .. script() end
    if t.kind == "number" then return t.text end
    if t.kind ~= "name" then fail() end
    if t.text == "label" then return "\\text{label}" end
    if #t.text > 2 and not greek[t.text] then fail() end -- x_ni has two indices
    return greek[t.text] or t.text
  end

  local function base()
    local t = take() or fail()
    if t.kind == "number" then return (t.text:gsub(",", "{,}")) end
    if t.text == "(" then return "(" .. enclosed(")") .. ")", true end
    if t.text == "[" then return "[" .. enclosed("]") .. "]" end
    if t.text == "|" then return "|" .. enclosed("|") .. "|" end
    if t.kind ~= "name" then fail() end
    if t.text == "sum" and peek().text == "_" then return "\\sum " end
    if t.text == "sqrt" and peek().text == "(" then
      take()
      return "\\sqrt{" .. enclosed(")") .. "}"
    end
    local f = functions[t.text]
    if f and f ~= true then return f end
    if f or is_word(t.text) then return words(t.text) end
    local before, after = list[at - 2] or {text = ""}, peek()
    if t.text == "x" and before.text:match("^[%u%d]+$") and after.text:match("^[%u%d]+$") then
      return "\\times " -- K x K
    end
    return name(t.text)
  end

  local function atom()
    local s, group = base()
    while (peek().text == "_" or peek().text == "^") and peek().spaces == 0 do
      local mark = take().text
      s = s:gsub("\\,$", "") .. mark .. "{" .. script() .. "}"
      group = false
    end
    return s, group
  end

  local function strip(s, group) return group and s:sub(2, -2) or s end

  -- ∂loss is one factor of a quotient ∂loss/∂z
  local function partial()
    local s, group = atom()
    if s == "\\partial " and peek().spaces == 0 and peek().kind == "name" then
      return s .. atom():gsub("\\,$", "")
    end
    return s, group
  end

  local function unit()
    local s, group = partial()
    if peek().text == "/" and peek().spaces == 0 then
      take()
      if peek().spaces > 0 then fail() end
      local below, below_group = partial()
      if linear then return s .. "/" .. below end
      local size = s:match("^\\partial") and "\\frac{" or "\\tfrac{"
      return size .. strip(s, group) .. "}{" .. strip(below, below_group) .. "}"
    end
    return s, group
  end

  local function starts_unit(close)
    local t = peek()
    if t.kind == "end" or t.spaces > 1 or t.text == close then return false end
    return t.kind == "number" or t.kind == "name" or t.text == "(" or t.text == "["
      or (t.text == "|" and close ~= "|")
  end

  local function product(close)
    local s, group = unit()
    while starts_unit(close) do
      local spaced = peek().spaces > 0
      local next_unit = unit()
      local operator = s:match("\\log $") or s:match("\\sum _{%w+}$")
      s = s .. (spaced and not operator and "\\, " or "") .. next_unit
      group = false
    end
    return s, group
  end

  local function fraction(close)
    local s, group = product(close)
    while peek().text == "/" do
      take()
      if peek().spaces ~= 1 then fail() end
      local below, below_group = product(close)
      if linear then
        s, group = s .. "/" .. below, false
      else
        s, group = "\\frac{" .. strip(s, group) .. "}{" .. strip(below, below_group) .. "}", false
      end
    end
    return s
  end

  formula = function(close)
    local parts = {}
    while peek().kind ~= "end" and peek().text ~= close do
      local t = peek()
      local gap = t.spaces > 1 and #parts > 0
      local relation = t.text == "=" or (list[at - 1] or {}).text == "="
      if gap and depth > 0 then fail() end
      if gap and not relation and depth == 0 then parts[#parts + 1] = "\\quad " end
      if t.kind == "operator" then
        local n = list[at + 1]
        if t.text == "." and (t.spaces == 0 or not n or n.spaces == 0) then fail() end
        if t.text == "-" and n and n.text == "-" then fail() end
        take()
        parts[#parts + 1] = operators[t.text]
      else
        if not starts_unit(close) and not gap then fail() end
        if t.kind == "mark" and not (t.text == "(" or t.text == "[" or t.text == "|") then fail() end
        parts[#parts + 1] = fraction(close)
      end
    end
    if #parts == 0 then fail() end
    return table.concat(parts)
  end

  local tex = formula(nil)
  if at <= #list then fail() end
  return tex
end

return function(text, inline)
  local ok, tex = pcall(parse, text, inline)
  if ok then return tex end
  if type(tex) == "string" then error(tex) end -- a mistake in this file
  return nil
end
