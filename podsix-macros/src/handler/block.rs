//! The user's `impl` block: split into methods and everything else, and put
//! together again.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Item, ItemImpl, LitStr, Signature, Token, Visibility};

use crate::errors::Errors;

pub(crate) struct Block {
    /// The block without its items.
    pub(crate) head: ItemImpl,
    head_tokens: TokenStream,
    braces: Group,
    pub(crate) items: Vec<BlockItem>,
}

pub(crate) enum BlockItem {
    Method(Box<Method>),
    /// Constants, macros, and whatever we can't read: passed through as it is.
    Other(TokenStream),
}

/// A method or associated function; what it does is not our business.
pub(crate) struct Method {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: TokenTree,
}

impl Block {
    /// Reads the item that the attribute is on; `None`, with an error, if it is
    /// no `impl` block.
    pub(crate) fn parse(item: TokenStream, errors: &mut Errors) -> Option<Self> {
        // The body is taken out before syn reads the rest: it can be large,
        // and while it is being written it often does not parse.
        let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
        let Some(TokenTree::Group(braces)) = tokens.pop() else {
            refuse(item, errors);
            return None;
        };
        let head_tokens: TokenStream = tokens.into_iter().collect();
        let Ok(head) = syn::parse2::<ItemImpl>(quote!(#head_tokens {})) else {
            refuse(item, errors);
            return None;
        };
        let items = |input: ParseStream<'_>| Ok(parse_items(input, errors));
        let items = items.parse2(braces.stream());
        Some(Self {
            head,
            head_tokens,
            items: errors.ok(items)?,
            braces,
        })
    }

    pub(crate) fn methods(&self) -> impl Iterator<Item = &Method> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Method(method) => Some(&**method),
            BlockItem::Other(_) => None,
        })
    }

    /// Takes out methods that have another one's name, which we have reported,
    /// so that the compiler does not report them again.
    pub(crate) fn drop_repeated_methods(&mut self) {
        let mut seen = Vec::new();
        self.items.retain(|item| {
            let BlockItem::Method(method) = item else {
                return true;
            };
            let cfgs: TokenStream = method.cfgs().map(ToTokens::to_token_stream).collect();
            let key = (method.sig.ident.to_string(), cfgs.to_string());
            let new = !method.may_be_wired() || !seen.contains(&key);
            seen.push(key);
            new
        });
    }
}

impl Method {
    /// The `#[cfg(…)]` attributes, which go with everything made of the method.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }

    pub(crate) fn action_attrs(&self) -> impl Iterator<Item = &Attribute> {
        let ours = |attr: &&Attribute| attr.path().is_ident("action");
        self.attrs.iter().filter(ours)
    }

    /// Whether its name or an attribute makes it a handler.
    pub(crate) fn may_be_wired(&self) -> bool {
        let name = self.sig.ident.unraw().to_string();
        matches!(name.as_str(), "network" | "Network")
            || name.starts_with("network_")
            || name.starts_with("Network_")
            || self.action_attrs().next().is_some()
    }
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.head_tokens.clone());
        let mut body = TokenStream::new();
        for item in &self.items {
            match item {
                BlockItem::Method(method) => method.to_tokens(&mut body),
                BlockItem::Other(other) => body.extend(other.clone()),
            }
        }
        let mut braces = Group::new(Delimiter::Brace, body);
        braces.set_span(self.braces.span());
        tokens.append(braces);
    }
}

impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let kept = self
            .attrs
            .iter()
            .filter(|attr| !attr.path().is_ident("action"));
        tokens.append_all(kept);
        if !is_snake_case(&self.sig.ident) && self.may_be_wired() {
            // The spelling is Python's, or the action's.
            tokens.extend(quote!(#[allow(non_snake_case)]));
        }
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

fn parse_items(input: ParseStream<'_>, errors: &mut Errors) -> Vec<BlockItem> {
    let mut items = Vec::new();
    let inner = errors.ok(input.call(Attribute::parse_inner));
    items.extend(inner.map(|attrs| BlockItem::Other(quote!(#(#attrs)*))));
    while !input.is_empty() {
        let ahead = input.fork();
        let parsed = if starts_method(&input.fork()) {
            parse_method(&ahead)
        } else {
            parse_other(&ahead)
        };
        if let Some(item) = errors.ok(parsed) {
            items.push(item);
            input.advance_to(&ahead);
        } else {
            // Nobody knows where the next item starts.
            items.extend(input.parse().map(BlockItem::Other));
        }
    }
    items
}

fn starts_method(input: ParseStream<'_>) -> bool {
    let prefix = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        while !input.peek(Token![fn]) {
            if input.peek(Token![const]) || input.peek(Token![async]) || input.peek(Token![unsafe])
            {
                input.parse::<TokenTree>()?;
            } else if input.peek(Token![extern]) {
                input.parse::<Token![extern]>()?;
                input.parse::<Option<LitStr>>()?;
            } else {
                return Err(input.error("no method"));
            }
        }
        Ok(())
    };
    prefix(input).is_ok()
}

fn parse_method(input: ParseStream<'_>) -> syn::Result<BlockItem> {
    Ok(BlockItem::Method(Box::new(Method {
        attrs: input.call(Attribute::parse_outer)?,
        vis: input.parse()?,
        sig: input.parse()?,
        body: input.parse()?,
    })))
}

/// Takes tokens to the next semicolon, or to braces that end an item.
fn parse_other(input: ParseStream<'_>) -> syn::Result<BlockItem> {
    let mut tokens = TokenStream::new();
    let mut assigned = false;
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => true,
            TokenTree::Punct(punct) if punct.as_char() == '=' => {
                assigned = true;
                false
            }
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !assigned,
            _ => false,
        };
        tokens.append(token);
        if ends {
            break;
        }
    }
    Ok(BlockItem::Other(tokens))
}

/// Says where the attribute belongs.
fn refuse(item: TokenStream, errors: &mut Errors) {
    let (guilty, what): (TokenStream, _) = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(item)) => (item.sig.ident.to_token_stream(), "a function"),
        Ok(Item::Struct(item)) => (item.ident.to_token_stream(), "a struct"),
        Ok(Item::Enum(item)) => (item.ident.to_token_stream(), "an enum"),
        Ok(Item::Trait(item)) => (item.ident.to_token_stream(), "a trait"),
        Ok(Item::Mod(item)) => (item.ident.to_token_stream(), "a module"),
        _ => (item, "this"),
    };
    errors.at(
        guilty,
        format!(
            "`#[network_handler]` goes on the `impl` block whose methods handle the messages, not \
             on {what}: write `#[network_handler(ToServer)] impl Game {{ … }}`"
        ),
    );
}

fn is_snake_case(ident: &Ident) -> bool {
    let name = name_of(ident);
    !name.contains("__") && !name.chars().any(char::is_uppercase)
}

/// The name of a method without `r#`.
pub(crate) fn name_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}
